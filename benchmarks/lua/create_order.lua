-- POST of an order with ten lines for a random customer of a file. Each is paid at an instant of its own: which of
-- two orders of one instant is the newer only all orders of their customer can tell, and no shop sells so fast.
local customers = {}
local instant = 0

function init(args)
  math.randomseed(7)
  instant = (os.time() % 100000) * 1000
  for line in io.lines("$lines") do
    customers[#customers + 1] = line
  end
end

function request()
  instant = instant + 1
  local paid = os.date("!%Y-%m-%dT%H:%M:%S", 1763600000 + math.floor(instant / 1000))
  paid = paid .. string.format(".%03dZ", instant % 1000)
  local body = string.gsub('$body', 'CUSTOMER', customers[math.random(#customers)])
  body = string.gsub(body, 'PAID', paid)
  return wrk.format("POST", "$path", nil, body)
end
