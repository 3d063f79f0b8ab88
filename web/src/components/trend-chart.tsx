import { lazy, Suspense, useState } from "react";
import { Table2, LineChart } from "lucide-react";
import type { MetricName, TrendPoint } from "@/api/types";
import { day, metric } from "@/lib/format";
import { METRICS } from "@/lib/metrics";
import { MetricValue } from "./value";
import { Button } from "./ui/button";
import { Skeleton } from "./ui/surface";

const Canvas = lazy(() => import("./trend-canvas"));

interface TrendChartProps {
  points: TrendPoint[];
  previous?: TrendPoint[];
  currency: string;
}

function describe(points: TrendPoint[], currency: string): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return "No days to show.";
  const peak = points.reduce((best, point) => (Number(point.revenue ?? 0) > Number(best.revenue ?? 0) ? point : best));
  return (
    `Spend and revenue per day from ${day(first.date, true)} to ${day(last.date, true)}. ` +
    `Revenue was highest on ${day(peak.date)} with ${metric("revenue", peak.revenue, currency)}.`
  );
}

const COLUMNS: MetricName[] = ["spend", "revenue", "roas", "impressions", "clicks", "ctr"];

function TrendTable({ points, currency }: { points: TrendPoint[]; currency: string }) {
  return (
    // Focusable, so that the keyboard can scroll it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="max-h-75 overflow-auto rounded-lg border" tabIndex={0} role="region" aria-label="Days as a table">
      <table className="w-full text-sm whitespace-nowrap tabular-nums">
        <thead className="sticky top-0 bg-card text-xs text-mut">
          <tr>
            <th className="px-3 py-2 text-left font-medium">Day</th>
            {COLUMNS.map((name) => (
              <th key={name} className="px-3 py-2 text-right font-medium">
                {METRICS[name].label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map((point) => (
            <tr key={point.date} className="border-t">
              <td className="px-3 py-1.5">
                {day(point.date, true)}
                {point.partial && <span className="ml-2 text-xs text-mut">so far</span>}
              </td>
              {COLUMNS.map((name) => (
                <td key={name} className="px-3 py-1.5 text-right">
                  <MetricValue name={name} value={point[name]} currency={currency} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Grows with the card around it, within reason. */
export function TrendChart({ points, previous = [], currency }: TrendChartProps) {
  const [asTable, setAsTable] = useState(false);
  if (points.length === 0) return <p className="text-mut">None of these days has come yet.</p>;
  return (
    <div className="flex max-h-112 flex-1 flex-col">
      <div className="-mt-1 mb-1 flex items-center gap-4 text-xs text-mut">
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden className="h-0.5 w-4 rounded-full bg-memory" /> Revenue
        </span>
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden className="h-0.5 w-4 rounded-full bg-mut" /> Spend
        </span>
        <Button
          variant="ghost"
          className="ml-auto h-7! px-2! text-xs"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? <LineChart aria-hidden className="size-3.5" /> : <Table2 aria-hidden className="size-3.5" />}
          {asTable ? "Chart" : "Table"}
        </Button>
      </div>
      {asTable ? (
        <TrendTable points={points} currency={currency} />
      ) : (
        <div role="img" aria-label={describe(points, currency)} className="relative min-h-70 w-full flex-1">
          <Suspense fallback={<Skeleton className="absolute inset-0" />}>
            <Canvas points={points} previous={previous} currency={currency} />
          </Suspense>
        </div>
      )}
    </div>
  );
}
