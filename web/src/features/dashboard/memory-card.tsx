import { Link } from "@tanstack/react-router";
import type { MetricName, Overview, PlatformRow } from "@/api/types";
import { TrendChart } from "@/components/trend-chart";
import { Delta, Missing, MetricValue, PlatformName } from "@/components/value";
import { Card } from "@/components/ui/surface";
import { TopCampaigns } from "./top-campaigns";
import { age, instant, integer, timeZone } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { METRICS } from "@/lib/metrics";
import { platformLabel } from "@/lib/platforms";

const COLUMNS: MetricName[] = ["spend", "revenue", "roas", "clicks", "ctr"];
/** What a phone's width has no room for. */
const WIDE_ONLY = new Set<MetricName>(["clicks", "ctr"]);

const hidden = (name: MetricName) => (WIDE_ONLY.has(name) ? "hidden sm:table-cell" : "");

function Row({ row, currency, now }: { row: PlatformRow; currency: string; now: number }) {
  return (
    <tr className="border-t">
      <th scope="row" className="max-w-0 py-2 pr-2 text-left font-normal">
        <Link
          to="/campaigns"
          search={(previous) => ({ ...previous, platform: row.platform })}
          className="hover:underline"
        >
          <PlatformName platform={row.platform} />
        </Link>
      </th>
      {COLUMNS.map((name) => (
        <td key={name} className={`py-2 pl-3 text-right whitespace-nowrap ${hidden(name)}`}>
          <MetricValue name={name} value={row[name]} currency={currency} />
        </td>
      ))}
      <td className="hidden py-2 pl-3 text-right sm:table-cell">
        <Delta name="roas" value={row.change.roas} arrow={false} />
      </td>
      <td
        className="hidden py-2 pl-3 text-right whitespace-nowrap text-mut sm:table-cell"
        title={instant(row.last_synced_at)}
      >
        {row.last_synced_at ? age(row.last_synced_at, now) : <Missing why="Imported, not synced." />}
      </td>
    </tr>
  );
}

function PlatformTable({ overview }: { overview: Overview }) {
  const now = useNow();
  return (
    <table className="mt-4 w-full">
      <caption className="sr-only">Figures per platform</caption>
      <thead className="text-xs text-mut">
        <tr>
          <th scope="col" className="w-[30%] py-1.5 text-left font-medium">
            Platform
          </th>
          {COLUMNS.map((name) => (
            <th key={name} scope="col" className={`py-1.5 pl-3 text-right font-medium ${hidden(name)}`}>
              {METRICS[name].label}
            </th>
          ))}
          <th scope="col" className="hidden py-1.5 pl-3 text-right font-medium whitespace-nowrap sm:table-cell">
            ROAS change
          </th>
          <th scope="col" className="hidden py-1.5 pl-3 text-right font-medium sm:table-cell">
            Updated
          </th>
        </tr>
      </thead>
      <tbody>
        {overview.platforms.map((row) => (
          <Row key={row.platform} row={row} currency={overview.currency} now={now} />
        ))}
      </tbody>
    </table>
  );
}

/** A sum that leaves somebody out says so: their money is spent, what it brought is not known. */
function WithoutRevenue({ overview }: { overview: Overview }) {
  const silent = overview.platforms.filter((row) => row.revenue === null && Number(row.spend) > 0);
  if (silent.length === 0 || overview.totals.revenue === null) return null;
  return (
    <p className="mt-2 text-sm text-warn">
      Revenue is not known for {silent.map((row) => platformLabel(row.platform)).join(", ")}: the total revenue is
      partial, and the total ROAS too low.
    </p>
  );
}

export function MemoryCard({ overview }: { overview: Overview }) {
  return (
    <Card
      title="Memory"
      hue="memory"
      note={`what happened · ${overview.currency} · ${timeZone(overview.time_zone)} days`}
      className="flex h-full flex-col"
    >
      <TrendChart points={overview.trend} previous={overview.previous_trend} currency={overview.currency} />
      <PlatformTable overview={overview} />
      <WithoutRevenue overview={overview} />
      <TopCampaigns overview={overview} />
      <p className="mt-3 text-sm">
        <Link to="/campaigns" className="font-medium text-accent hover:underline">
          All {overview.campaigns === 1 ? "campaigns" : `${integer(overview.campaigns)} campaigns`}
        </Link>
      </p>
    </Card>
  );
}
