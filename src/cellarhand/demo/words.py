"""The words that the demo's records are written with. All of it is made up; places are real towns."""

STREETS = (
    "Oak Street",
    "Vine Hill Road",
    "Mulberry Lane",
    "First Street",
    "Second Avenue",
    "Orchard Avenue",
    "Old Mill Road",
    "Lighthouse Drive",
    "Magnolia Court",
    "Juniper Way",
    "Railroad Avenue",
    "Chestnut Street",
    "Harvest Lane",
    "Silverado Court",
    "Redwood Road",
    "Quarry Road",
    "Laurel Street",
    "Hillcrest Drive",
    "Market Street",
    "Church Street",
    "Canyon View Drive",
    "Walnut Grove Road",
    "Madrone Avenue",
    "Spring Street",
    "Bay View Terrace",
    "Elm Street",
    "Manzanita Way",
    "Poplar Street",
    "Creekside Circle",
    "Lincoln Avenue",
)
SECOND_LINES = ("Apt {}", "Unit {}", "Suite {}", "#{}")
COMPANIES = (
    "Tidewater Dental",
    "Blue Heron Bistro",
    "Foxglove Architects",
    "Northgate Realty",
    "Copper Kettle Catering",
    "Marlowe & Finch LLP",
    "Sundial Software",
    "The Corner Table",
    "Redtail Construction",
    "Lantern Hill Inn",
    "Osprey Capital",
    "Wildrye Bakery",
)
MAIL_DOMAINS = (
    "example.com",
    "example.com",
    "example.com",
    "example.net",
    "example.net",
    "example.org",
    "mail.example",
    "inbox.example",
    "post.example",
)
NOTES = (
    "Prefers to pick up at the estate on Saturdays.",
    "Asked to be told when the library Cabernet is released.",
    "Celebrates a 25th anniversary in October; would like a cellar tour.",
    "Moved recently, new shipping address confirmed by phone.",
    "Loved the Pinot Noir at the harvest dinner, bought a case for friends.",
    "Allergic to shellfish: tell the kitchen before any pairing.",
    "Please no deliveries in July and August, it is too hot.",
    "Brings a group of eight every spring.",
    "Interested in large formats for the cellar.",
    "Called about a corked bottle; replacement sent with an apology.",
    "Met at the Sonoma auction, collects Zinfandel.",
    "Wants invoices sent to the office.",
    "Speaks Spanish with the tasting room team.",
    "Would rather have an e-mail than a call.",
)
GIFT_MESSAGES = (
    "Happy birthday! Open this one with friends.",
    "Thank you for watching the house, and the cat.",
    "To many more harvests together.",
    "Congratulations on the new home.",
    "For the long evenings. We miss you.",
)
ORDER_TAGS = ("Gift", "Hold for Weather", "Phone Order", "Trade Account")
"""The manual tags of orders."""
ORDER_NOTES = (
    "Customer asked for the earliest possible delivery.",
    "One bottle was broken on the way; sent again at no charge.",
    "Pick up together with the spring release.",
    "Called to change the gift message.",
)
FLAGS = (
    "Call before delivery",
    "Adult signature: spouse may sign",
    "Wheelchair access needed",
    "Severe nut allergy",
    "Owner's guest",
)
CHANNELS = ("Web", "POS", "Inbound")

TAGS = (
    ("Allocation List", 0.06),
    ("Birthday Club", 0.08),
    ("Case Buyer", 0.10),
    ("Corporate Gifts", 0.02),
    ("Estate Visitor", 0.25),
    ("Harvest Party", 0.05),
    ("Industry", 0.03),
    ("Large Formats", 0.02),
    ("Library Wines", 0.03),
    ("Pinot Lover", 0.12),
    ("Wine Educator", 0.01),
    ("VIP", 0.04),
)
"""The manual customer tags, and how many of the customers hold each."""

VARIETALS = ("Cabernet Sauvignon", "Chardonnay", "Merlot", "Pinot Noir", "Sauvignon Blanc", "Zinfandel")
FREQUENCIES = ("Monthly", "Each season", "Only releases")
HEARD_FROM = ("A friend", "A restaurant", "A wine magazine", "Social media", "Drove past the gate")
OCCASIONS = ("Harvest dinner", "Release party", "Barrel tasting", "Vineyard walk")

META_DATA = (
    ("Customer", "favorite-varietal", "Favorite varietal", "Select", VARIETALS),
    ("Customer", "letter-frequency", "How often to write", "Radio", FREQUENCIES),
    ("Customer", "heard-from", "How they heard of us", "Select", HEARD_FROM),
    ("Customer", "events", "Events they like", "Checkbox", OCCASIONS),
    ("Customer", "cellar-size", "Bottles in their cellar", "Integer", ()),
    ("Customer", "may-be-photographed", "May be photographed", "Yes / No", ()),
    ("CustomerAddress", "delivery-hint", "Hint for the driver", "String", ()),
)
"""The definitions: object type, code, title, type and options."""

DELIVERY_HINTS = ("Ring twice", "Leave with the porter", "Gate on the left side", "Beware of the geese")
