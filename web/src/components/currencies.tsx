import type { ExcludedCurrency, Overview } from "@/api/types";
import { dayRange, listed, money } from "@/lib/format";
import { Notice } from "./ui/surface";

/** With the code, unless it stands there already: several currencies share a symbol. */
function amount(value: string, currency: string): string {
  const text = money(value, currency);
  return text.includes(currency) ? text : `${text} (${currency})`;
}

function amounts(entries: ExcludedCurrency[]): string {
  return listed(
    entries.flatMap(({ currency, spend, revenue }) => {
      const brought = revenue !== null && Number(revenue) !== 0 ? [`${amount(revenue, currency)} of revenue`] : [];
      return [`${amount(spend, currency)} of spend`, ...brought];
    }),
  );
}

interface WithoutRateProps {
  entries: ExcludedCurrency[];
  currency: string;
  /** What the amounts are not part of. */
  from: string;
}

/** Money that no exchange rate makes comparable: never added, and never silently missing. */
export function WithoutRate({ entries, currency, from }: WithoutRateProps) {
  if (entries.length === 0) return null;
  return (
    <Notice tone="warn">
      Not in {from}: {amounts(entries)}, with its impressions, clicks and conversions. On its days there is no exchange
      rate to {currency}.
    </Notice>
  );
}

const codes = (entries: ExcludedCurrency[]) => entries.map((entry) => entry.currency).join();

/** Changes against days that lack another currency than these days do. */
export function UnlikeBefore({ overview: { excluded, previous_excluded: before, currency } }: { overview: Overview }) {
  if (before.length === 0 || codes(before) === codes(excluded)) return null;
  return (
    <Notice tone="warn">
      The changes are not fair: the days before lack {amounts(before)}, because there was no exchange rate to {currency}
      .
    </Notice>
  );
}

/** What other currencies came to, and at the rates of which days. */
export function Converted({ overview: { converted, currency } }: { overview: Overview }) {
  const oldest = converted.map((entry) => entry.oldest_rate).sort()[0];
  const newest = converted
    .map((entry) => entry.newest_rate)
    .sort()
    .at(-1);
  if (oldest === undefined || newest === undefined) return null;
  const list = listed(
    converted.map((entry) => `${amount(entry.spend, entry.currency)} became ${money(entry.converted_spend, currency)}`),
  );
  return (
    <p className="-mt-1 text-sm text-mut">
      Of the spend, {list}: each day is converted at the European Central Bank's reference rate of that day, or the last
      one before it (rates of {dayRange(oldest, newest, true)}).
    </p>
  );
}
