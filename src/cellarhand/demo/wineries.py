"""The demo's two wineries: their people, their app and their data, made once in a database.

While a winery is being filled it is Closed, so that nobody is answered out of half a history; an interrupted
one is taken away and made anew.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from cellarhand import clock, ids
from cellarhand.accounts.apps import create_app, install_app, list_apps
from cellarhand.accounts.passwords import hash_secret
from cellarhand.accounts.people import account_id_of, create_account, email_key
from cellarhand.accounts.tables import ACCOUNT, ACCOUNT_ROLE, APP, APP_SECRET, TENANT
from cellarhand.accounts.tenants import Tenant, create_tenant, delete_tenant, find_tenant, list_tenants
from cellarhand.customers.customer import CUSTOMER
from cellarhand.demo import words
from cellarhand.demo.people import FOUNDED, Household, People, Staff, millis
from cellarhand.demo.rows import Chunk, chunk_of, write_chunk
from cellarhand.events.web_hook import WEB_HOOK
from cellarhand.record.assemble import assemble
from cellarhand.record.resource import Resource
from cellarhand.record.validate import Record
from cellarhand.resources import TABLES
from cellarhand.settings.meta_data_config import META_DATA_CONFIG
from cellarhand.store.conditions import equal
from cellarhand.store.engine import Store, UnfitDatabase
from cellarhand.store.unit import WriteUnit
from cellarhand.tags.tag import TAG, tag_ref
