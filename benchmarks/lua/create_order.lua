-- POST of an order with ten lines for a random customer of a file.
local customers = {}

function init(args)
  math.randomseed(7)
  for line in io.lines("$lines") do
    customers[#customers + 1] = line
  end
end

function request()
  local body = string.gsub('$body', 'CUSTOMER', customers[math.random(#customers)])
  return wrk.format("POST", "$path", nil, body)
end
