"""What lies where in the data room, and from which text each contract is set."""

from dataclasses import dataclass

from deploy.sample import houses
from deploy.sample.houses import House

MSA = "01 Commercial/1.1 Braxholm Managed Services"
DISTRIBUTION = "01 Commercial/1.2 Distribution"
CORRESPONDENCE = "06 Correspondence"


@dataclass(frozen=True)
class Contract:
    """A contract set as a PDF; `date` is the file's own, YYYYMMDD."""

    path: str
    source: str
    house: House
    title: str
    date: str


@dataclass(frozen=True)
class Draft:
    """A contract written as a Word file."""

    path: str
    source: str
    font: str
    size: float
    header: str
    title: str
    author: str
    date: str


MASTER = Contract(
    f"{MSA}/1.1.1 Master Services Agreement.pdf",
    "master_services_agreement",
    houses.ENGLISH_CITY,
    "Master Services Agreement",
    "20190311",
)
CONTRACTS = (
    MASTER,
    Contract(
        f"{MSA}/1.1.2 Amendment No 1.pdf",
        "msa_amendment_1",
        houses.ENGLISH_AMENDMENT,
        "Amendment No. 1",
        "20210922",
    ),
    Contract(
        f"{MSA}/1.1.3 Amendment No 2.pdf",
        "msa_amendment_2",
        houses.ENGLISH_AMENDMENT,
        "Amendment No. 2",
        "20240206",
    ),
    Contract(
        f"{MSA}/1.1.4 Statement of Work No 1.pdf",
        "statement_of_work_1",
        houses.WORK_ORDER,
        "Statement of Work No. 1",
        "20190429",
    ),
    Contract(
        f"{DISTRIBUTION}/1.2.1 Exclusive Reseller Agreement - Dunmore.pdf",
        "reseller_agreement",
        houses.NEW_YORK,
        "Exclusive Reseller Agreement",
        "20210115",
    ),
    Contract(
        "02 Intellectual Property/2.1 Software License - Pellworth.pdf",
        "software_license",
        houses.DELAWARE,
        "Software License Agreement",
        "20200619",
    ),
    Contract("03 Property/3.1 Lease - Tannery Wharf.pdf", "lease", houses.PROPERTY, "Lease", "20170929"),
    Contract(
        "04 Finance/4.1 Term Loan Agreement.pdf", "term_loan", houses.BANK, "Term Loan Agreement", "20220331"
    ),
    Contract(
        "05 Confidentiality/5.1 NDA - Seraya Hydrotech.pdf",
        "nda_singapore",
        houses.SINGAPORE,
        "Mutual Non-Disclosure Agreement",
        "20220808",
    ),
    Contract(
        "05 Confidentiality/5.2 Geheimhaltungsvereinbarung - Rheinauer.pdf",
        "german_nda",
        houses.GERMAN,
        "Geheimhaltungsvereinbarung",
        "20230503",
    ),
)
DRAFTS = (
    Draft(
        f"{MSA}/1.1.5 Statement of Work No 2.docx",
        "statement_of_work_2",
        font="Arial",
        size=10,
        header="Braxholm Managed Services: QHI-SOW-002",
        title="Statement of Work No. 2",
        author="Tamsin Adair",
        date="20220614",
    ),
    Draft(
        f"{DISTRIBUTION}/1.2.2 Distribution Agreement - draft 4 (tracked).docx",
        "distribution_agreement",
        font="Times New Roman",
        size=11,
        header="Draft 4: 21 October 2024. Subject to contract",
        title="Distribution Agreement",
        author="Priya Raman",
        date="20241021",
    ),
)
SCAN = Contract(
    "02 Intellectual Property/2.2 Collaboration letter - Penhallow (scan).pdf",
    "collaboration_letter",
    houses.TYPEWRITER,
    "SCN_20161202_0917",
    "20161202",
)
ATTACHMENT = Contract(
    "Letter of clarification 19 April 2024.pdf",
    "clarification_letter",
    houses.ENGLISH_LETTER,
    "Letter of clarification",
    "20240422",
)
LOCKED = Contract(
    "07 Corporate/7.1 Board paper 24-31 (protected).pdf",
    "board_paper",
    houses.BOARD,
    "Board paper 24/31",
    "20241009",
)
PASSWORD = "tannery-31"  # of the locked file, for whoever tries the mend by password
INDEX = "00 Data room index.txt"
MAIL = f"{CORRESPONDENCE}/6.1 Marsden to Rao-Hughes 22 April 2024.eml"
MESSAGE = f"{CORRESPONDENCE}/6.2 RE Disclosure.msg"
COPY = f"{CORRESPONDENCE}/Braxholm MSA (signed copy from H Marsden).pdf"
