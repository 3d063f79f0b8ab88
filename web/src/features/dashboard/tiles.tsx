import type { MetricName, Overview } from "@/api/types";
import { Sparkline } from "@/components/sparkline";
import { Delta, MetricValue } from "@/components/value";
import { Skeleton } from "@/components/ui/surface";
import { METRICS, seriesOf, TILE_METRICS, toneOf } from "@/lib/metrics";

const GRID = "grid grid-cols-2 gap-3 lg:grid-cols-4 min-[1700px]:grid-cols-8";

function Tile({ name, overview }: { name: MetricName; overview: Overview }) {
  const info = METRICS[name];
  const delta = overview.change[name];
  return (
    <li className="grid min-w-0 content-between gap-0.5 rounded-lg border bg-card px-3.5 py-3">
      <span className="text-sm text-mut" title={info.help}>
        {info.label}
      </span>
      <span className="text-xl font-semibold">
        <MetricValue name={name} value={overview.totals[name]} currency={overview.currency} />
      </span>
      <span className="flex min-w-0 items-end justify-between gap-2">
        <span className="text-xs">
          <Delta name={name} value={delta} />
        </span>
        <Sparkline values={seriesOf(overview.trend, name)} tone={toneOf(name, delta)} />
      </span>
    </li>
  );
}

export function Tiles({ overview }: { overview: Overview }) {
  return (
    <ul aria-label="Key figures" className={GRID}>
      {TILE_METRICS.map((name) => (
        <Tile key={name} name={name} overview={overview} />
      ))}
    </ul>
  );
}

export function TilesSkeleton() {
  return (
    <div className={GRID}>
      {TILE_METRICS.map((name) => (
        <Skeleton key={name} className="h-24.5 rounded-lg!" />
      ))}
    </div>
  );
}
