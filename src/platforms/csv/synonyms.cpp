#include <algorithm>
#include <array>
#include <span>

#include "platforms/csv/encoding.h"
#include "platforms/csv/mapping.h"
#include "platforms/csv/values.h"

namespace omnify::platforms::csv {
namespace {

using Words = std::span<const std::string_view>;

// Names of columns as fold_name writes them, the most certain first: exports of the platforms and of analytics tools,
// in English, German, French, Spanish, Portuguese, Italian, Dutch, Polish and Russian.
constexpr std::string_view kDate[] = {"date",
                                      "day date",
                                      "datum",
                                      "fecha",
                                      "data",
                                      "dag",
                                      "jour",
                                      "giorno",
                                      "dia",
                                      "tag",
                                      "дата",
                                      "dzien",
                                      "timestamp",
                                      "time",
                                      "report date",
                                      "date start",
                                      "reporting starts",
                                      "start date",
                                      "segments date",
                                      "stat time day",
                                      "dateday",
                                      "datetime",
                                      "day",
                                      "день"};
constexpr std::string_view kYear[] = {"year", "jahr", "annee", "ano", "anno", "jaar", "rok", "год", "yyyy"};
constexpr std::string_view kMonth[] = {"month",   "monat", "mois",       "mes",          "mese", "maand",
                                       "miesiac", "месяц", "month name", "month number", "mm"};
constexpr std::string_view kDay[] = {"day", "day of month", "tag",  "jour", "dia",       "giorno",
                                     "dag", "dzien",        "день", "dd",   "day number"};
constexpr std::string_view kCampaign[] = {"campaign name",
                                          "campaign",
                                          "kampagne",
                                          "kampagnenname",
                                          "nom de la campagne",
                                          "campagne",
                                          "campana",
                                          "nombre de la campana",
                                          "campanha",
                                          "nome da campanha",
                                          "campagna",
                                          "nome campagna",
                                          "nome della campagna",
                                          "campagnenaam",
                                          "kampania",
                                          "nazwa kampanii",
                                          "кампания",
                                          "название кампании",
                                          "campaign number",
                                          "utm campaign",
                                          "campaign id"};
constexpr std::string_view kAdGroup[] = {"ad group name",
                                         "ad group",
                                         "adgroup",
                                         "adgroup name",
                                         "ad set name",
                                         "ad set",
                                         "adset",
                                         "adset name",
                                         "anzeigengruppe",
                                         "anzeigengruppenname",
                                         "name der anzeigengruppe",
                                         "groupe d annonces",
                                         "ensemble de publicites",
                                         "grupo de anuncios",
                                         "conjunto de anuncios",
                                         "grupo de anuncios nombre",
                                         "gruppo di annunci",
                                         "gruppo di inserzioni",
                                         "advertentiegroep",
                                         "grupa reklam",
                                         "группа объявлений",
                                         "line item",
                                         "line item name",
                                         "campaign group",
                                         "user engagement",
                                         "audience",
                                         "targeting",
                                         "ad group id",
                                         "ad set id",
                                         "adset id"};
constexpr std::string_view kAd[] = {"ad name",
                                    "ad",
                                    "creative name",
                                    "creative",
                                    "anzeige",
                                    "anzeigenname",
                                    "name der anzeige",
                                    "werbeanzeige",
                                    "annonce",
                                    "nom de la publicite",
                                    "publicite",
                                    "anuncio",
                                    "nombre del anuncio",
                                    "nome do anuncio",
                                    "annuncio",
                                    "inserzione",
                                    "nome inserzione",
                                    "advertentie",
                                    "reklama",
                                    "объявление",
                                    "banner",
                                    "placement",
                                    "banner size",
                                    "ad size",
                                    "size",
                                    "format",
                                    "creative size",
                                    "ad id",
                                    "creative id",
                                    "keyword"};
constexpr std::string_view kPlatform[] = {"platform",
                                          "channel",
                                          "network",
                                          "ad platform",
                                          "source",
                                          "plattform",
                                          "kanal",
                                          "plateforme",
                                          "canal",
                                          "plataforma",
                                          "piattaforma",
                                          "canale",
                                          "kanaal",
                                          "platforma",
                                          "платформа",
                                          "канал",
                                          "publisher platform",
                                          "media source",
                                          "utm source",
                                          "publisher"};
constexpr std::string_view kImpressions[] = {"impressions",
                                             "impr",
                                             "imps",
                                             "impression",
                                             "displays",
                                             "views",
                                             "impressionen",
                                             "einblendungen",
                                             "anzeigenaufrufe",
                                             "affichages",
                                             "impresiones",
                                             "impr impresiones",
                                             "impressoes",
                                             "impressioni",
                                             "visualizzazioni",
                                             "vertoningen",
                                             "weergaven",
                                             "wyswietlenia",
                                             "показы",
                                             "ad impressions",
                                             "metrics impressions",
                                             "served impressions"};
constexpr std::string_view kClicks[] = {"clicks",
                                        "link clicks",
                                        "clicks all",
                                        "click",
                                        "klicks",
                                        "klicks alle",
                                        "linkklicks",
                                        "clics",
                                        "clics sur un lien",
                                        "clics en el enlace",
                                        "cliques",
                                        "cliques no link",
                                        "clic",
                                        "clic sul link",
                                        "klikken",
                                        "kliks",
                                        "klikniecia",
                                        "клики",
                                        "metrics clicks",
                                        "ad clicks"};
constexpr std::string_view kSpend[] = {"amount spent",
                                       "spend",
                                       "cost",
                                       "costs",
                                       "spent",
                                       "total spend",
                                       "ad spend",
                                       "media cost",
                                       "total cost",
                                       "kosten",
                                       "ausgegebener betrag",
                                       "ausgaben",
                                       "werbeausgaben",
                                       "cout",
                                       "couts",
                                       "depenses",
                                       "montant depense",
                                       "coste",
                                       "costo",
                                       "gasto",
                                       "importe gastado",
                                       "inversion",
                                       "custo",
                                       "valor gasto",
                                       "valor usado",
                                       "gasto total",
                                       "investimento",
                                       "importo speso",
                                       "spesa",
                                       "besteed bedrag",
                                       "uitgaven",
                                       "koszt",
                                       "wydatki",
                                       "расход",
                                       "расходы",
                                       "затраты",
                                       "metrics cost",
                                       "budget spent"};
constexpr std::string_view kConversions[] = {"conversions",
                                             "conversion",
                                             "conv",
                                             "purchases",
                                             "purchase",
                                             "orders",
                                             "results",
                                             "post click conversions",
                                             "website purchases",
                                             "transactions",
                                             "konversionen",
                                             "conversion s",
                                             "kaufe",
                                             "kaeufe",
                                             "bestellungen",
                                             "achats",
                                             "commandes",
                                             "conversiones",
                                             "compras",
                                             "pedidos",
                                             "conversoes",
                                             "conversioni",
                                             "acquisti",
                                             "ordini",
                                             "conversies",
                                             "aankopen",
                                             "konwersje",
                                             "zakupy",
                                             "конверсии",
                                             "покупки",
                                             "заказы",
                                             "metrics conversions",
                                             "total conversions",
                                             "sales count",
                                             "leads"};
constexpr std::string_view kRevenue[] = {"revenue",
                                         "conversion value",
                                         "conv value",
                                         "purchase value",
                                         "purchases conversion value",
                                         "total conversion value",
                                         "conversions value",
                                         "umsatz",
                                         "conversion wert",
                                         "kaufwert",
                                         "einnahmen",
                                         "revenu",
                                         "revenus",
                                         "chiffre d affaires",
                                         "valeur de conversion",
                                         "ingresos",
                                         "valor de conversion",
                                         "receita",
                                         "valor da conversao",
                                         "ricavi",
                                         "entrate",
                                         "fatturato",
                                         "valore di conversione",
                                         "omzet",
                                         "conversiewaarde",
                                         "przychod",
                                         "przychody",
                                         "доход",
                                         "выручка",
                                         "sales amount",
                                         "sales",
                                         "total revenue",
                                         "website purchases conversion value",
                                         "all conv value",
                                         "metrics conversions value",
                                         "post click sales amount",
                                         "purchase revenue",
                                         "order value",
                                         "turnover",
                                         "income"};
constexpr std::string_view kCurrency[] = {
    "currency",         "currency code", "wahrung", "waehrung", "devise", "monnaie",          "moneda",
    "codigo de moneda", "moeda",         "valuta",  "waluta",   "валюта", "account currency", "customer currency code"};

constexpr std::array<Words, 14> kSynonyms = {kDate,    kYear,        kMonth,    kDay,         kCampaign,
                                             kAdGroup, kAd,          kPlatform, kImpressions, kClicks,
                                             kSpend,   kConversions, kRevenue,  kCurrency};

struct Fold {
  std::string_view from;
  std::string_view to;
};
constexpr std::array<Fold, 42> kFolds = {
    {{"à", "a"}, {"á", "a"},  {"â", "a"}, {"ã", "a"}, {"ä", "a"}, {"å", "a"}, {"ą", "a"}, {"ç", "c"}, {"ć", "c"},
     {"è", "e"}, {"é", "e"},  {"ê", "e"}, {"ë", "e"}, {"ę", "e"}, {"ì", "i"}, {"í", "i"}, {"î", "i"}, {"ï", "i"},
     {"ł", "l"}, {"ñ", "n"},  {"ń", "n"}, {"ò", "o"}, {"ó", "o"}, {"ô", "o"}, {"õ", "o"}, {"ö", "o"}, {"ø", "o"},
     {"ś", "s"}, {"ß", "ss"}, {"ù", "u"}, {"ú", "u"}, {"û", "u"}, {"ü", "u"}, {"ý", "y"}, {"ź", "z"}, {"ż", "z"},
     {"É", "e"}, {"Ü", "u"},  {"Ö", "o"}, {"Ä", "a"}, {"À", "a"}, {"Ç", "c"}}};

/// One character of the name: lower case without accents; whatever parts words is a space.
void fold_character(std::string_view& name, std::string& out) {
  for (const auto& fold : kFolds) {
    if (!name.starts_with(fold.from)) continue;
    out += fold.to;
    name.remove_prefix(fold.from.size());
    return;
  }
  const auto byte = static_cast<unsigned char>(name[0]);
  const auto next = name.size() > 1 ? static_cast<unsigned char>(name[1]) : 0U;
  if (byte == 0xD0 && next >= 0x90 && next <= 0xAF) {  // Cyrillic А–Я
    append_utf8(out, 0x410U + (next - 0x90U) + 0x20U);
    name.remove_prefix(2);
    return;
  }
  const bool digit = byte >= '0' && byte <= '9';
  const bool upper = byte >= 'A' && byte <= 'Z';
  const bool lower = byte >= 'a' && byte <= 'z';
  if (upper) {
    out += static_cast<char>(byte + 0x20);
  } else if (digit || lower || byte >= 0x80) {
    out += name[0];
  } else if (!out.empty() && out.back() != ' ') {
    out += ' ';
  }
  name.remove_prefix(1);
}

}  // namespace

std::optional<Currency> currency_in_name(std::string_view name) {
  name = trim(name);
  if (name.size() < 6 || !name.ends_with(')') || name[name.size() - 5] != '(') return std::nullopt;
  const auto code = name.substr(name.size() - 4, 3);
  const bool upper = std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
  return upper ? Currency::parse(code) : std::nullopt;
}

std::string fold_name(std::string_view name) {
  name = trim(name);
  // "Cost (USD)": the currency is found elsewhere.
  if (currency_in_name(name)) name.remove_suffix(5);
  std::string out;
  while (!name.empty()) fold_character(name, out);
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

int synonym_rank(Field field, std::string_view folded) {
  const auto words = kSynonyms[static_cast<std::size_t>(field)];
  const auto found = std::ranges::find(words, folded);
  return found == words.end() ? -1 : static_cast<int>(found - words.begin());
}

}  // namespace omnify::platforms::csv
