-- POST of a customer that is like no other.
local count = 0

function request()
  count = count + 1
  return wrk.format("POST", "$path", nil, '{"firstName":"Jane","lastName":"Doe","city":"Napa","stateCode":"CA",'
    .. '"zipCode":"94558","countryCode":"US","emailMarketingStatus":"Subscribed","emails":[{"email":"$lead.'
    .. count .. '@vineyard.example"}],"phones":[{"phone":"+1 707 555 0100"}]}')
end
