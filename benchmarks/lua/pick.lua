-- GET of a path that ends in a random line of a file.
local requests = {}

function init(args)
  math.randomseed(7)
  for line in io.lines("$lines") do
    requests[#requests + 1] = wrk.format("GET", "$path" .. line)
  end
end

function request()
  return requests[math.random(#requests)]
end
