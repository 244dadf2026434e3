"""The lists that are known: who publishes each, where, under which terms, and what a sound version has.

Addresses and terms were compiled offline in November 2026 from the publishers' pages and from programs that
fetch them; the operator's guide says how to check them. Floors are about two thirds of what each list had in
mid-2026; known ids are entries of long standing.
"""

from __future__ import annotations

from lists.source import Download, Source

_OFAC = "Office of Foreign Assets Control, US Department of the Treasury"
_BIS = "Bureau of Industry and Security, US Department of Commerce"
_STATE = "US Department of State"
_US_WORK = "US government work, public domain"

_AGENT = (("User-Agent", "Mozilla/5.0 (compatible; sanctions-xref/0.1)"),)
"""For publishers whose servers refuse programs by name: OFAC's since July 2026, as users of other programs report
(`Mozilla/` and a digit, forty characters or more), and DFAT's. It still says who asks."""
_SLS = "sanctionslistservice.ofac.treas.gov"
_SLS_FILES = f"https://{_SLS}/api/PublicationPreview/exports"
_SLS_HOSTS = (_SLS, "wc2h-sls-prod-public-published.s3.us-gov-west-1.amazonaws.com")
"""The publication service answers every file with a redirect to a signed address of this bucket."""
_OFAC_FORMATS = ("ofac-enhanced-xml", "ofac-advanced-xml", "ofac-xml", "ofac-csv", "csl-json", "entry-table")
_CONS_FILE = Download(
    name="CONS_ENHANCED.XML",
    url=f"{_SLS_FILES}/CONS_ENHANCED.XML",
    hosts=_SLS_HOSTS,
    headers=_AGENT,
    catalogue_url=f"https://{_SLS}/api/PublicationPreview/ConsolidatedList",
)
_CSL_FILE = Download(
    name="consolidated.json",
    url="https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated.json",
    hosts=("data.trade.gov", "api.trade.gov"),
)
_EU_PAGE = (
    "https://data.europa.eu/data/datasets/"
    "consolidated-list-of-persons-groups-and-entities-subject-to-eu-financial-sanctions"
)
_BIS_RULES = "https://www.bis.gov/regulations/ear/744"

US_OFAC_SDN = Source(
    list_id="us_ofac_sdn",
    title="Specially Designated Nationals and Blocked Persons List",
    authority=_OFAC,
    country="us",
    page="https://sanctionslist.ofac.treas.gov/Home/SdnList",
    formats=_OFAC_FORMATS,
    downloads=(
        Download(
            name="SDN_ENHANCED.XML",
            url=f"{_SLS_FILES}/SDN_ENHANCED.XML",
            hosts=_SLS_HOSTS,
            headers=_AGENT,
            catalogue_url=f"https://{_SLS}/api/PublicationPreview/SdnList",
        ),
    ),
    select=("SDN List", "SDN"),
    licence=_US_WORK,
    blocking=True,
    floors={"entries": 14000, "Person": 6245, "Organization": 7330, "Vessel": 900, "Airplane": 200},
    # Banco Nacional de Cuba, the Lazarus Group, United Aircraft Corporation.
    known_ids=("306", "27307", "36431"),
)
US_OFAC_CONS = Source(
    list_id="us_ofac_cons",
    title="Consolidated Non-SDN List",
    authority=_OFAC,
    country="us",
    page="https://sanctionslist.ofac.treas.gov/Home/ConsolidatedList",
    formats=_OFAC_FORMATS,
    downloads=(_CONS_FILE,),
    licence=_US_WORK,
    stale_after_days=60,
    floors={"entries": 300},
    # A member of the Palestinian Legislative Council, VTB Bank, Aero Engine Corporation of China.
    known_ids=("9640", "17013", "30902"),
)


def _non_sdn(list_id: str, title: str, *select: str) -> Source:
    """One of the lists inside OFAC's consolidated file; its entries are on `us_ofac_cons` too."""
    return Source(
        list_id=list_id,
        title=title,
        authority=_OFAC,
        country="us",
        page=US_OFAC_CONS.page,
        formats=_OFAC_FORMATS,
        downloads=(_CONS_FILE,),
        select=select,
        licence=_US_WORK,
        stale_after_days=60,
        blocking=False,
        enabled=False,
    )


US_OFAC_SSI = _non_sdn("us_ofac_ssi", "Sectoral Sanctions Identifications List", "SSI List", "SSI")
US_OFAC_CMIC = _non_sdn(
    "us_ofac_cmic", "Non-SDN Chinese Military-Industrial Complex Companies List", "Non-SDN CMIC List", "CMIC"
)
US_OFAC_MBS = _non_sdn("us_ofac_mbs", "Non-SDN Menu-Based Sanctions List", "NS-MBS List", "NS-MBS", "MBS")
US_OFAC_PLC = _non_sdn(
    "us_ofac_plc", "Non-SDN Palestinian Legislative Council List", "NS-PLC List", "NS-PLC", "PLC"
)
US_OFAC_CAPTA = _non_sdn(
    "us_ofac_capta",
    "List of Foreign Financial Institutions Subject to Correspondent or Payable-Through Account Sanctions",
    "CAPTA List",
    "CAP",
    "CAPTA",
)


_SCREENING_FLOORS = {"EL": 2300, "DPL": 1060, "UVL": 150, "MEU": 45, "DTC": 520, "ISN": 105}
"""Two thirds of what each list had on 31 July 2026."""
_SCREENING_IDS = {"EL": ("EL-ac7258bc4c5a",)}
"""Ids are made of list, name and countries. Komsomolsk aircraft plant."""


def _screening(list_id: str, title: str, authority: str, page: str, select: str) -> Source:
    """One of the lists inside the US Consolidated Screening List, which is not itself the legal source."""
    return Source(
        list_id=list_id,
        title=title,
        authority=authority,
        country="us",
        page=page,
        formats=("csl-json", "entry-table"),
        downloads=(_CSL_FILE,),
        select=(select,),
        licence=_US_WORK,
        blocking=False,
        floors={"entries": _SCREENING_FLOORS[select]},
        known_ids=_SCREENING_IDS.get(select, ()),
    )


US_BIS_ENTITY_LIST = _screening(
    "us_bis_entity_list", "Entity List", _BIS, f"{_BIS_RULES}#supplement-4-744", "EL"
)
US_BIS_MEU = _screening("us_bis_meu", "Military End User List", _BIS, f"{_BIS_RULES}#supplement-7-744", "MEU")
US_BIS_UVL = _screening("us_bis_uvl", "Unverified List", _BIS, f"{_BIS_RULES}#supplement-6-744", "UVL")
US_BIS_DPL = _screening(
    "us_bis_dpl",
    "Denied Persons List",
    _BIS,
    "https://www.bis.gov/licensing/end-user-guidance/denied-persons-list-dpl",
    "DPL",
)
US_STATE_DEBARRED = _screening(
    "us_state_debarred",
    "AECA Debarred List",
    _STATE,
    "https://www.pmddtc.state.gov/ddtc_public?id=ddtc_kb_article_page&sys_id=c22d1833dbb8d300d0a370131f9619f0",
    "DTC",
)
US_STATE_ISN = _screening(
    "us_state_isn",
    "Nonproliferation Sanctions",
    _STATE,
    "https://www.state.gov/key-topics-bureau-of-international-security-and-nonproliferation/nonproliferation-sanctions/",
    "ISN",
)
EU_FSF = Source(
    list_id="eu_fsf",
    title="Consolidated list of persons, groups and entities subject to EU financial sanctions",
    authority="Council of the European Union",
    country="eu",
    page=_EU_PAGE,
    formats=("eu-xml", "entry-table"),
    downloads=(
        Download(
            name="xmlFullSanctionsList_1_1.xml",
            # The publisher's own public token; it is the same for everybody.
            url="https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content"
            "?token=dG9rZW4tMjAxNw",
            hosts=("webgate.ec.europa.eu",),
        ),
    ),
    licence="European Commission reuse policy (Decision 2011/833/EU)",
    attribution="© European Union; only the Official Journal is authentic",
    blocking=True,
    floors={"entries": 4300},
    known_ids=("EU.27.28", "EU.7812.41"),
)
UN_SC = Source(
    list_id="un_sc",
    title="United Nations Security Council Consolidated List",
    authority="United Nations Security Council",
    country="un",
    page="https://www.un.org/securitycouncil/content/un-sc-consolidated-list",
    formats=("un-xml", "entry-table"),
    downloads=(
        Download(
            name="consolidated.xml",
            url="https://scsanctions.un.org/resources/xml/en/consolidated.xml",
            hosts=("scsanctions.un.org", ".blob.core.windows.net"),
        ),
    ),
    licence="no open licence stated; terms of use of the United Nations",
    attribution="United Nations Security Council",
    stale_after_days=60,
    blocking=True,
    floors={"entries": 750, "Person": 580, "Organization": 170},
    # Al-Qaida, Allied Democratic Forces.
    known_ids=("QDe.004", "CDe.001"),
)
GB_UKSL = Source(
    list_id="gb_uksl",
    title="UK Sanctions List",
    authority="Foreign, Commonwealth & Development Office",
    country="gb",
    page="https://www.gov.uk/government/publications/the-uk-sanctions-list",
    formats=("uk-xml", "uk-csv", "entry-table"),
    downloads=(
        Download(
            name="UK-Sanctions-List.xml",
            url="https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.xml",
            hosts=("sanctionslist.fcdo.gov.uk",),
        ),
    ),
    licence="Open Government Licence v3.0",
    attribution="Contains public sector information licensed under the Open Government Licence v3.0",
    stale_after_days=21,
    floors={"entries": 4000, "Person": 3060, "Organization": 890, "Vessel": 125},
    # Haji Khairullah Haji Sattar Money Exchange, United Aircraft Corporation.
    known_ids=("AFG0001", "RUS0239"),
)
CH_SECO = Source(
    list_id="ch_seco",
    title="Consolidated list of sanctions of SECO",
    authority="State Secretariat for Economic Affairs",
    country="ch",
    page="https://www.seco.admin.ch/seco/en/home/Aussenwirtschaftspolitik_Wirtschaftliche_Zusammenarbeit/"
    "Wirtschaftsbeziehungen/exportkontrollen-und-sanktionen/sanktionen-embargos.html",
    formats=("seco-xml", "entry-table"),
    downloads=(
        Download(
            name="consolidated-list.xml",
            url="https://www.sesam.search.admin.ch/sesam-search-web/pages/downloadXmlGesamtliste.xhtml"
            "?lang=en&action=downloadXmlGesamtlisteAction",
            hosts=("www.sesam.search.admin.ch",),
        ),
    ),
    attribution="State Secretariat for Economic Affairs SECO",
    blocking=True,
    floors={"entries": 4500},
)
CA_SEMA = Source(
    list_id="ca_sema",
    title="Consolidated Canadian Autonomous Sanctions List",
    authority="Global Affairs Canada",
    country="ca",
    page="https://www.international.gc.ca/world-monde/international_relations-relations_internationales/"
    "sanctions/consolidated-consolide.aspx?lang=eng",
    formats=("ca-xml", "entry-table"),
    downloads=(
        Download(
            name="sema-lmes.xml",
            url="https://www.international.gc.ca/world-monde/assets/office_docs/"
            "international_relations-relations_internationales/sanctions/sema-lmes.xml",
            hosts=("www.international.gc.ca",),
        ),
    ),
    licence="unstated; terms of the Government of Canada",
    attribution="Global Affairs Canada",
    stale_after_days=60,
    blocking=True,
    floors={"entries": 3800},
)
AU_DFAT = Source(
    list_id="au_dfat",
    title="Australian Sanctions Consolidated List",
    authority="Department of Foreign Affairs and Trade",
    country="au",
    page="https://www.dfat.gov.au/international-relations/security/sanctions/consolidated-list",
    formats=("dfat-xlsx", "entry-table"),
    downloads=(
        Download(
            name="Australian_Sanctions_Consolidated_List.xlsx",
            url="https://www.dfat.gov.au/sites/default/files/Australian_Sanctions_Consolidated_List.xlsx",
            hosts=("www.dfat.gov.au",),
            max_bytes=50_000_000,
            headers=_AGENT,
        ),
    ),
    attribution="Australian Government, Department of Foreign Affairs and Trade",
    stale_after_days=60,
    floors={"entries": 2700},
)
OPENSANCTIONS = Source(
    list_id="opensanctions",
    title="OpenSanctions, supplied by the user",
    authority="OpenSanctions",
    page="https://www.opensanctions.org/",
    formats=("ftm-jsonl", "opensanctions-csv"),
    licence="CC BY-NC 4.0; commercial use needs a licence from OpenSanctions",
    attribution="OpenSanctions.org",
    enabled=False,
)

SOURCES: tuple[Source, ...] = (
    US_OFAC_SDN,
    US_OFAC_CONS,
    US_OFAC_SSI,
    US_OFAC_CMIC,
    US_OFAC_MBS,
    US_OFAC_PLC,
    US_OFAC_CAPTA,
    US_BIS_ENTITY_LIST,
    US_BIS_DPL,
    US_BIS_UVL,
    US_BIS_MEU,
    US_STATE_DEBARRED,
    US_STATE_ISN,
    EU_FSF,
    UN_SC,
    GB_UKSL,
    CH_SECO,
    CA_SEMA,
    AU_DFAT,
    OPENSANCTIONS,
)


def source_for(list_id: str) -> Source:
    """Return the description of a list; one that is not known is an internal list of the user."""
    for source in SOURCES:
        if source.list_id == list_id:
            return source
    return Source(list_id=list_id, title=list_id, authority="internal list", enabled=False)
