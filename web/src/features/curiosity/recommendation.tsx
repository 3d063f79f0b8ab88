import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import type { EvidenceRow, Recommendation } from "@/api/types";
import { PlatformName } from "@/components/value";
import { Badge, Disclosure } from "@/components/ui/surface";
import { capitalize, money, percent, toNumber } from "@/lib/format";

function Evidence({ rows }: { rows: EvidenceRow[] }) {
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">Evidence</caption>
      <tbody>
        {rows.map((row) => (
          <tr key={row.label} className="border-t first:border-t-0">
            <th scope="row" className="py-1.5 pr-4 text-left font-normal text-mut">
              {row.label}
            </th>
            <td className="py-1.5 text-right tabular-nums">
              <span className="block font-medium whitespace-nowrap">{row.value}</span>
              {row.comparison && <span className="block text-xs text-mut sm:whitespace-nowrap">{row.comparison}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Money gained: more revenue for the same spend, or less spend for the same result. */
function Expected({ item, currency }: { item: Recommendation; currency: string }) {
  const { measure, per, value, low, high, confidence } = item.expected;
  const amount = toNumber(value) ?? 0;
  const text = (part: string) => money(part, currency, { signed: (toNumber(low) ?? 0) < 0 });
  return (
    <div className="shrink-0 text-right tabular-nums">
      <span className={clsx("block font-semibold whitespace-nowrap", amount >= 0 ? "text-good" : "text-bad")}>
        {money(value, currency, { signed: measure !== "spend" })}
      </span>
      <span className="block text-xs text-mut" title={`${percent(confidence, 0)} interval`}>
        {text(low)} {(toNumber(low) ?? 0) < 0 ? "to" : "–"} {text(high)}
        <span className="sr-only">, {percent(confidence, 0)} interval,</span>
      </span>
      <span className="block text-xs whitespace-nowrap text-mut">
        {measure === "spend" ? "saved" : measure} a {per}
      </span>
    </div>
  );
}

interface RecommendationItemProps {
  item: Recommendation;
  currency: string;
  /** open: the page of all; otherwise the card of the dashboard, with everything behind a disclosure. */
  open?: boolean;
}

export function RecommendationItem({ item, currency, open = false }: RecommendationItemProps) {
  const Title = open ? "h2" : "h3";
  return (
    <li className="border-t py-3 first:border-t-0 first:pt-0 last:pb-0">
      <div className="flex justify-between gap-4">
        <div className="min-w-0">
          <Title className={clsx(open ? "text-base font-semibold" : "font-medium")}>{item.title}</Title>
          <p className="mt-1.5 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-xs text-mut">
            <Badge>{capitalize(item.category)}</Badge>
            <span className="whitespace-nowrap">{capitalize(item.impact)} impact</span>
            <span className="whitespace-nowrap">{capitalize(item.effort)} effort</span>
            {open && item.platform && <PlatformName platform={item.platform} />}
          </p>
        </div>
        <Expected item={item} currency={currency} />
      </div>
      <div className={clsx(open && "grid gap-x-8 min-[1300px]:grid-cols-[minmax(0,1fr)_minmax(0,34rem)]")}>
        {open && <p className="mt-2 text-mut">{item.explanation}</p>}
        <Disclosure summary="Evidence" open={open} className="mt-2">
          <div className="grid gap-2 rounded-lg bg-hover p-3">
            {!open && <p className="text-sm text-mut">{item.explanation}</p>}
            <Evidence rows={item.evidence} />
            <p className="text-xs text-mut">
              The expected effect is a {percent(item.expected.confidence, 0)} interval, in {currency} per{" "}
              {item.expected.per}.
            </p>
            {item.campaign_id && (
              <Link
                to="/campaigns/$id"
                params={{ id: item.campaign_id }}
                className="text-sm font-medium text-accent hover:underline"
              >
                {item.campaign_name ?? "Open the campaign"}
              </Link>
            )}
          </div>
        </Disclosure>
      </div>
    </li>
  );
}
