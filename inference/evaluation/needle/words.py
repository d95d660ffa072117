"""The words that generated agreements are made of, and the names that their clauses go by; all of our own."""

from itertools import product


def _each(words: str) -> tuple[str, ...]:
    return tuple(words.split())


KINDS = _each(
    "annual quarterly monthly weekly daily final draft signed sealed written printed electronic joint separate "
    "special general public private urgent regular late early partial full interim revised amended original "
    "certified foreign domestic local central northern southern temporary permanent secured unsecured unpaid "
    "prepaid disputed approved rejected registered insured internal external damaged unopened numbered duplicate "
    "seasonal hourly fixed variable shared spare frozen dry"
)
THINGS = _each(
    "invoices reports notices samples deliveries payments deposits records accounts plans drawings permits licences "
    "audits inspections repairs orders returns claims refunds forecasts budgets surveys tests shipments pallets "
    "machines vehicles tools keys leases loans shares bonds patents designs manuals recipes contracts schedules "
    "minutes ballots receipts vouchers statements tariffs discounts bonuses wages certificates letters parcels "
    "crates barrels photographs translations memoranda catalogues"
)
PARTIES = _each(
    "buyer seller supplier customer landlord tenant lender borrower licensor licensee carrier broker agent owner "
    "contractor insurer trustee guarantor franchisor distributor architect auditor surveyor notary"
)
DUTIES = (
    "shall be",
    "may be",
    "must be",
    "will be",
    "are not to be",
    "need not be",
    "are always",
    "are never",
)
DONE = _each(
    "sent kept paid checked stored returned signed filed shown replaced counted insured delivered repaired priced "
    "copied destroyed translated published weighed labelled collected withheld opened closed listed shared valued "
    "scanned posted measured cleaned sorted named dated tested handed announced cancelled renewed"
)
PLACES = _each(
    "warehouse harbour office factory station archive registry market depot bank court library laboratory workshop "
    "garage terminal airport branch showroom studio"
)
TIMES = (
    "within ten days",
    "within two weeks",
    "before noon",
    "after each delivery",
    "at the end of the quarter",
    "every second month",
    "on the last day of June",
    "in the first week of January",
    "without delay",
    "during office hours",
    "once a year",
    "until the term ends",
    "from the first day of March",
    "as soon as the weather allows",
)
COSTS = _each("cost risk weight price value number size colour age list")

_FIRST = _each("Mar Tol Ker Bel Hal Nor Vas Dun Pel Ros Gar Lin Sul Tam Wex Yor Zan Fen Cor Jas")
_LAST = _each(
    "ven bra mond wick dale ton gar mere stad holm ford beck ric lund moor nell ast ivo ula eth ora ime ond ax"
)
NAMES = tuple(first + last for first, last in product(_FIRST, _LAST))  # 480
MORE_NAMES = tuple(f"{name}-{last}" for name, last in product(NAMES, _LAST))  # for the longest case files


def all_words() -> tuple[str, ...]:
    """Every word of a generated agreement, once."""
    phrases = (*KINDS, *THINGS, *PARTIES, *DUTIES, *DONE, *PLACES, *TIMES, *COSTS, *FRAMES)
    words = (word.strip(".,;:") for phrase in phrases for word in phrase.split() if "{" not in word)
    return tuple(dict.fromkeys(words))


FRAMES = (
    "{Kind} {things} of the {party} {duty} {done} {time}.",
    "{Kind} {things} {duty} {done} at the {place} by the {party} {time}.",
    "{Kind} {things} for the {place} {duty} {done} by the {party}, "
    "and the {other} pays the {cost} of {kind2} {things2}.",
    "{Kind} {things} from the {party} to the {other} {duty} {done} with the {cost} of the {things2} {time}.",
    "{Kind} {things} {duty} {done} by the {party} and {done2} by the {other} at the {place}.",
    "{Kind} {things} of the {place} {duty} {done} {time}; {kind2} {things2} of the {party} {duty2} {done2}.",
    "{Kind} {things} without a {cost} {duty} {done} to the {party} or the {other}.",
    "{Kind} {things} that the {party} has {done} {duty} {done2} in the {place} of the {other} {time}.",
    "{Kind} {things} under clause {name} {duty} {done} by the {party}.",  # speaks of another clause
)
