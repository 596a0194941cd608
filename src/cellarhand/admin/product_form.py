"""The form of a product with its variants: what the API takes, in the words of a shop."""

from cellarhand.admin import records
from cellarhand.admin.editing import EditScreen
from cellarhand.admin.filters import Choice
from cellarhand.admin.forms import Saying
from cellarhand.admin.visit import Visit
from cellarhand.catalog.collection import COLLECTION
from cellarhand.catalog.department import DEPARTMENT
from cellarhand.catalog.product import PRODUCT
from cellarhand.catalog.vendor import VENDOR
from cellarhand.record.resource import Resource

MOST_PRODUCTS = 2000


def _titled(choices: list[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda choice: choice[1].casefold())


async def _all_of(visit: Visit, resource: Resource, **filters: str) -> list[Choice]:
    found = await records.every(visit, resource, {}, filters=filters)
    return _titled([(each["id"], each["title"]) for each in found])


async def _departments(visit: Visit) -> list[Choice]:
    return await _all_of(visit, DEPARTMENT)


async def _vendors(visit: Visit) -> list[Choice]:
    return await _all_of(visit, VENDOR)


async def _collections(visit: Visit) -> list[Choice]:
    """Those that products are put into by hand; the others choose by themselves."""
    return await _all_of(visit, COLLECTION, type="Manual")


async def _products(visit: Visit) -> list[Choice]:
    found = await records.every(visit, PRODUCT, {}, MOST_PRODUCTS)
    return _titled([(each["id"], each["title"]) for each in found if each["type"] != "Bundle"])


async def variant_choices(visit: Visit) -> list[Choice]:
    """Every variant that can be sold, by product and SKU."""
    found = await records.every(visit, PRODUCT, {}, MOST_PRODUCTS)
    return _titled(
        [
            (variant["id"], f"{product['title']}, {variant['title']} ({variant['sku']})")
            for product in found
            if product["type"] != "Bundle"
            for variant in product["variants"]
        ]
    )


def _price(title: str, hint: str = "") -> Saying:
    return Saying(title, hint, money=True)


EDIT = EditScreen(
    PRODUCT,
    "product",
    "/products",
    (
        "title",
        "subTitle",
        "type",
        "webStatus",
        "adminStatus",
        "variants",
        "wine",
        "departmentId",
        "vendorId",
        "collections",
        "teaser",
        "content",
        "images",
        "bundleItems",
        "seo",
        "slug",
        "security",
        "overrideOperatingRegions",
        "metaData",
    ),
    back="/products/{id}",
    intro="A product has at least one variant: that is what is sold, with a SKU and a price of its own.",
    sayings={
        "subTitle": Saying("Second title"),
        "type": Saying("Type", "Stays as it is."),
        "webStatus": Saying("On the web"),
        "adminStatus": Saying("In the shop"),
        "variants.sku": Saying("SKU", "Unique in the winery"),
        "variants.upcCode": Saying("UPC"),
        "variants.volumeInML": Saying("Volume in ml"),
        "variants.costOfGood": _price("Cost"),
        "variants.price": _price("Price", "As 24.50; 0 for what is free"),
        "variants.comparePrice": _price("Compare at", "A price to be crossed out"),
        "variants.bottleDeposit": _price("Bottle deposit"),
        "variants.maxQuantityPerCart": Saying("At most in a cart"),
        "variants.sortOrder": Saying("Place"),
        "variants.hasInventory": Saying("Stock is tracked"),
        "variants.inventoryPolicy": Saying("When stock runs out"),
        "variants.hasShipping": Saying("It is shipped"),
        "variants.taxType": Saying("Taxed as"),
        "wine.type": Saying("Colour"),
        "departmentId": Saying("Department"),
        "vendorId": Saying("Vendor"),
        "teaser": Saying("Teaser", "May hold HTML"),
        "content": Saying("Description", "May hold HTML"),
        "images.src": Saying("Address", "With https"),
        "images.sortOrder": Saying("Place"),
        "bundleItems": Saying("In the bundle", "Only for the type Bundle"),
        "bundleItems.productId": Saying("Product"),
        "bundleItems.productVariantId": Saying("Variant"),
        "seo": Saying("For search engines", "Made from the product when it is left empty", rare=True),
        "slug": Saying(
            "Slug", "The end of its address on the web; made from the title when it is left empty"
        ),
        "security": Saying("Who may see it", rare=True),
        "security.availableTo": Saying("Available to"),
        "security.displayOption": Saying("To others"),
        "security.availableToObjectIds": Saying(
            "Ids of clubs, tags or groups", "One on each line; not for Public"
        ),
        "overrideOperatingRegions": Saying("Where it is sold", rare=True),
        "overrideOperatingRegions.isOverride": Saying("Not where the winery sells, but here:"),
        "overrideOperatingRegions.operatingStateCodes": Saying("States", "One code on each line"),
        "overrideOperatingRegions.operatingCountryCodes": Saying("Countries", "One code on each line"),
    },
    choices={
        "departmentId": _departments,
        "vendorId": _vendors,
        "collections": _collections,
        "bundleItems.productId": _products,
        "bundleItems.productVariantId": variant_choices,
    },
)
