"""Names of legal systems as contracts write them, and the country each belongs to."""

UNITED_STATES = "United States"

_PARTS = {
    UNITED_STATES: (
        "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut"
        "|Delaware|Florida|Georgia|Hawaii|Idaho"
        "|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland"
        "|Massachusetts|Michigan|Minnesota|Mississippi"
        "|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New"
        " Mexico|New York|North Carolina|North Dakota"
        "|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina"
        "|South Dakota|Tennessee|Texas|Utah|Vermont"
        "|Virginia|Washington|West Virginia|Wisconsin|Wyoming|District of Columbia|Puerto Rico|Guam"
    ),
    "Canada": (
        "Ontario|British Columbia|Alberta|Quebec|Québec|Manitoba|Saskatchewan|Nova Scotia|New Brunswick"
        "|Newfoundland and Labrador|Prince Edward Island|Yukon"
    ),
    "Australia": (
        "New South Wales|Victoria|Queensland|Western Australia|South Australia|Tasmania|Northern Territory"
        "|Australian Capital Territory"
    ),
    "United Kingdom": "England and Wales|Scotland|Northern Ireland",
    "United Arab Emirates": "Dubai|Dubai International Financial Centre|Abu Dhabi|Abu Dhabi Global Market",
    "China": "Hong Kong|Macau",
    "Malaysia": "Labuan",
}
_COUNTRIES = (
    "United States|Canada|United Kingdom|Ireland|Australia|New Zealand"
    "|Papua New Guinea|Fiji|Singapore|India|Pakistan"
    "|Bangladesh|Sri Lanka|Nepal|Japan|Korea|Taiwan|Thailand|Malaysia"
    "|Philippines|Indonesia|Vietnam|Cambodia|Laos"
    "|Myanmar|Mongolia|China|Germany|France|Switzerland|Liechtenstein"
    "|Austria|Belgium|Netherlands|Luxembourg|Monaco"
    "|Spain|Andorra|Portugal|Italy|San Marino|Malta|Greece|Cyprus"
    "|Turkey|Sweden|Norway|Denmark|Finland|Iceland"
    "|Estonia|Latvia|Lithuania|Poland|Czech Republic|Slovakia|Slovenia"
    "|Hungary|Romania|Bulgaria|Croatia|Serbia"
    "|Ukraine|Belarus|Russian Federation|Kazakhstan|Uzbekistan|Azerbaijan|Armenia|Israel|Jordan|Lebanon|Egypt"
    "|Saudi Arabia|Kuwait|Qatar|Bahrain|Oman|United Arab Emirates|Morocco|Tunisia|Algeria|Nigeria|Ghana|Kenya"
    "|Tanzania|Uganda|Ethiopia|Zambia|Zimbabwe|Botswana|Namibia|Mozambique"
    "|Angola|Mauritius|Seychelles|South Africa"
    "|Brazil|Mexico|Argentina|Chile|Peru|Colombia|Ecuador|Bolivia"
    "|Paraguay|Uruguay|Venezuela|Panama|Costa Rica"
    "|Guatemala|Honduras|Nicaragua|El Salvador|Dominican Republic|Jamaica"
    "|Trinidad and Tobago|Barbados|Bahamas|Belize"
    "|Bermuda|Cayman Islands|British Virgin Islands|Anguilla|Turks and Caicos Islands|Curaçao|Aruba"
    "|Jersey|Guernsey|Isle of Man|Gibraltar|Marshall Islands|Samoa|Vanuatu|Cook Islands|Liberia"
)
ALIASES = {
    "England": "England and Wales",
    "Wales": "England and Wales",
    "Great Britain": "United Kingdom",
    "UK": "United Kingdom",
    "U.K.": "United Kingdom",
    "USA": UNITED_STATES,
    "U.S.A.": UNITED_STATES,
    "U.S.": UNITED_STATES,
    "US": UNITED_STATES,
    "United States of America": UNITED_STATES,
    "United State of America": UNITED_STATES,
    "People's Republic of China": "China",
    "Peoples Republic of China": "China",
    "People Republic of China": "China",
    "P.R. China": "China",
    "P.R.China": "China",
    "PR China": "China",
    "P.R.C.": "China",
    "PRC": "China",
    "Mainland China": "China",
    "Republic of China": "Taiwan",
    "Hong Kong SAR": "Hong Kong",
    "Republic of Korea": "Korea",
    "South Korea": "Korea",
    "Holland": "Netherlands",
    "Russia": "Russian Federation",
    "Québec": "Quebec",
    "The Bahamas": "Bahamas",
    "Viet Nam": "Vietnam",
    "Türkiye": "Turkey",
    "Czechia": "Czech Republic",
}
SPOKEN = {
    "English": "England and Wales",
    "Scots": "Scotland",
    "Scottish": "Scotland",
    "Irish": "Ireland",
    "Swiss": "Switzerland",
    "German": "Germany",
    "Austrian": "Austria",
    "French": "France",
    "Belgian": "Belgium",
    "Dutch": "Netherlands",
    "Luxembourgish": "Luxembourg",
    "Spanish": "Spain",
    "Portuguese": "Portugal",
    "Italian": "Italy",
    "Swedish": "Sweden",
    "Norwegian": "Norway",
    "Danish": "Denmark",
    "Finnish": "Finland",
    "Polish": "Poland",
    "Greek": "Greece",
    "Turkish": "Turkey",
    "Israeli": "Israel",
    "Japanese": "Japan",
    "Chinese": "China",
    "Korean": "Korea",
    "Thai": "Thailand",
    "Indian": "India",
    "Australian": "Australia",
    "Canadian": "Canada",
    "Brazilian": "Brazil",
    "Mexican": "Mexico",
}
COUNTRY_OF = {name: country for country, names in _PARTS.items() for name in names.split("|")}
NAMES = (*COUNTRY_OF, *_COUNTRIES.split("|"), *ALIASES)
