"""The sample company's data: five datastores, their tables, and what each field is for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Datastore:
    id: int
    name: str
    type: str
    store_type: str
    place: str
    group: str
    description: str


@dataclass(frozen=True, slots=True)
class Table:
    id: int
    name: str
    datastore: Datastore
    kind: str
    noun: str
    fields: tuple[tuple[str, str], ...]

    @property
    def location(self) -> str:
        if self.datastore.store_type == "dfs":
            return f"{self.datastore.place}/{self.name}"
        return f"{self.datastore.place}.{self.name}"


DATASTORES = (
    Datastore(1, "Sales Warehouse", "snowflake", "jdbc", "SALES.PUBLIC", "Commercial",
              "Orders, invoices and the product master"),
    Datastore(2, "Customer 360", "postgresql", "jdbc", "crm.public", "Commercial",
              "Customer master and consent"),
    Datastore(3, "Finance Ledger", "bigquery", "jdbc", "finance_prod.ledger", "Finance",
              "General ledger and regulatory reporting"),
    Datastore(4, "Event Lake", "s3", "dfs", "s3://meridian-events/curated", "Digital",
              "Web and app events, daily Parquet files"),
    Datastore(5, "Supply Chain", "sqlserver", "jdbc", "scm.dbo", "Operations",
              "Warehouses, shipments and suppliers"),
)  # fmt: skip

# name | what a row is called | field:use …, where the use decides which quality checks make sense;
# an indented line goes on with the one above.
_TABLES: dict[int, str] = {
    1: """
ORDERS|orders|ORDER_ID:id CUSTOMER_ID:ref ORDER_STATUS:code AMOUNT:money ORDERED_AT:time
  SHIPPED_AT:later
ORDER_LINES|order lines|LINE_ID:id ORDER_ID:ref SKU:ref QUANTITY:count UNIT_PRICE:money
  DISCOUNT_PCT:share
INVOICES|invoices|INVOICE_ID:id ORDER_ID:ref TOTAL:money CURRENCY:code ISSUED_ON:date
  PAID_ON:later
PAYMENTS|payments|PAYMENT_ID:id INVOICE_ID:ref AMOUNT:money METHOD:code CARD_TOKEN:text
  RECEIVED_AT:time
PRODUCTS|products|SKU:id PRODUCT_NAME:text CATEGORY:code LIST_PRICE:money WEIGHT_KG:measure
  PRODUCT_URL:url
RETURNS|returns|RETURN_ID:id ORDER_ID:ref REASON:code REFUND_AMOUNT:money RETURNED_AT:time
  NOTES:text
STORES|stores|STORE_ID:id STORE_NAME:text ADDRESS:address COUNTRY:code OPENED_ON:date
  PHONE:phone
DAILY_SALES|store days|STORE_ID:ref SALES_DATE:date NET_SALES:money TRANSACTIONS:count
  REFUND_RATE:share
PROMOTIONS|promotions|PROMO_ID:id PROMO_CODE:text STARTS_ON:date ENDS_ON:later
  DISCOUNT_PCT:share
""",
    2: """
customers|customers|customer_id:id full_name:text email:email phone:phone country:code
  created_at:time
addresses|addresses|address_id:id customer_id:ref street_address:address postcode:text
  country:code
consents|consents|consent_id:id customer_id:ref channel:code granted_at:time revoked_at:later
contacts|contacts|contact_id:id customer_id:ref contact_email:email preferred_language:code
  last_seen_at:time
loyalty_accounts|loyalty accounts|account_id:id customer_id:ref tier:code
  points_balance:count joined_on:date
support_cases|support cases|case_id:id customer_id:ref priority:code body:text
  opened_at:time closed_at:later
customer_segments|segment rows|customer_id:ref segment:code score:share valid_from:date
  valid_to:later
v_active_customers|customers|customer_id:id email:email last_order_at:time lifetime_value:money
""",
    3: """
journal_entries|journal entries|entry_id:id account_code:ref debit:money credit:money
  posted_on:date period:code
accounts|accounts|account_code:id account_name:text account_type:code opened_on:date
  closed_on:later
trial_balance|balances|account_code:ref period:code opening_balance:measure
  closing_balance:measure
fx_rates|rates|currency:code rate_date:date rate:measure source:code loaded_at:time
cost_centers|cost centers|cost_center:id owner_email:email budget:money valid_from:date
  valid_to:later
vendor_payments|payments|payment_id:id vendor_id:ref iban:text amount:money currency:code
  value_date:date
tax_filings|filings|filing_id:id jurisdiction:code taxable_base:money tax_rate:share
  filed_on:date
regulatory_positions|positions|position_id:id counterparty_id:ref notional:money rating:code
  as_of:date
""",
    4: """
page_views|page views|event_id:id session_id:ref page_url:url user_agent:text
  occurred_at:time dwell_seconds:count
sessions|sessions|session_id:id visitor_id:ref country:code started_at:time ended_at:later
  bounce_rate:share
app_events|events|event_id:id device_id:ref event_name:code payload:text occurred_at:time
  app_version:text
clicks|clicks|click_id:id session_id:ref target_url:url campaign_id:ref clicked_at:time
searches|searches|search_id:id session_id:ref query_text:text results:count searched_at:time
cart_events|cart events|event_id:id session_id:ref sku:ref quantity:count occurred_at:time
email_events|e-mail events|event_id:id recipient:email event_type:code campaign_id:ref
  sent_at:time
""",
    5: """
shipments|shipments|shipment_id:id order_id:ref carrier:code weight_kg:measure
  shipped_at:time delivered_at:later
inventory|stock rows|sku:ref warehouse_id:ref on_hand:count reserved:count counted_on:date
warehouses|warehouses|warehouse_id:id warehouse_name:text address:address capacity_m3:measure
suppliers|suppliers|supplier_id:id supplier_name:text contact_email:email country:code
  rating:share
purchase_orders|purchase orders|po_id:id supplier_id:ref total:money status:code due_on:date
  received_on:later
receipts|receipts|receipt_id:id po_id:ref quantity:count received_at:time inspector:text
carriers|carriers|carrier:id carrier_name:text tracking_url:url claim_rate:share
stock_movements|movements|movement_id:id sku:ref warehouse_id:ref quantity:count
  moved_at:time reason:code
""",
}


def tables() -> list[Table]:
    """All tables, each with an id that tells its datastore."""
    made: list[Table] = []
    for datastore in DATASTORES:
        for at, line in enumerate(_TABLES[datastore.id].replace("\n  ", " ").strip().splitlines()):
            name, noun, uses = line.split("|")
            pairs = (part.split(":") for part in uses.split())
            fields = tuple((field, use) for field, use in pairs)
            kind = "file" if datastore.store_type == "dfs" else "table"
            if name in ("DAILY_SALES", "customer_segments"):
                kind = "computed_table"
            made.append(Table(datastore.id * 100 + at, name, datastore, kind, noun, fields))
    return made
