-- POST of an order with ten lines for a random customer of a file. Each is paid at an instant of its own: which of
-- two orders of one instant is the newer only all orders of their customer can tell, and no shop sells so fast.
local customers, parts = {}, {}
local second, millis, prefix = 0, 0, ""

-- The text before the mark and the text after it.
local function cut(text, mark)
  local first, last = string.find(text, mark, 1, true)
  return string.sub(text, 1, first - 1), string.sub(text, last + 1)
end

function init(args)
  math.randomseed(7)
  second = 1763600000 + os.time() % 100000
  for line in io.lines("$lines") do
    customers[#customers + 1] = line
  end
  local rest
  parts[1], rest = cut('$body', "CUSTOMER")
  parts[2], rest = cut(rest, "PAID")
  parts[3], parts[4] = cut(rest, "PAID")
end

function request()
  if millis % 1000 == 0 then
    second = second + 1
    prefix = os.date("!%Y-%m-%dT%H:%M:%S.", second)
  end
  millis = (millis + 1) % 1000
  local paid = prefix .. string.format("%03dZ", millis)
  local customer = customers[math.random(#customers)]
  return wrk.format("POST", "$path", nil, parts[1] .. customer .. parts[2] .. paid .. parts[3] .. paid .. parts[4])
end
