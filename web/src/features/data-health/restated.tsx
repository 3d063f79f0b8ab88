import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { RestatedDay } from "@/api/types";
import { ErrorState } from "@/components/states";
import { Delta, PlatformName } from "@/components/value";
import { Button } from "@/components/ui/button";
import { Field, Select } from "@/components/ui/field";
import { Card, ScrollRegion, Skeleton } from "@/components/ui/surface";
import { ago, instant, metric, plural, weekday } from "@/lib/format";
import { useNow } from "@/lib/hooks";
import { METRICS } from "@/lib/metrics";
import { restatedQuery } from "./queries";

const SINCE = [
  { days: 1, label: "since yesterday" },
  { days: 7, label: "in the last 7 days" },
  { days: 28, label: "in the last 28 days" },
] as const;

const FIGURES = ["spend", "revenue", "conversions"] as const;
const FIRST = 14;

function Figure({ row, name }: { row: RestatedDay; name: (typeof FIGURES)[number] }) {
  const then = metric(name, row.then[name], row.currency, "exact");
  const now = metric(name, row.now[name], row.currency, "exact");
  if (row.then[name] === row.now[name]) return <span className="text-mut">{now}</span>;
  return (
    <>
      <span className="whitespace-nowrap">
        <span className="text-mut">{then} → </span>
        {now}
      </span>
      {row.change[name] !== null && (
        <span className="block text-xs">
          <Delta name={name} value={row.change[name]} arrow={false} />
        </span>
      )}
    </>
  );
}

function RestatedTable({ rows }: { rows: RestatedDay[] }) {
  const now = useNow();
  return (
    <ScrollRegion label="Restated days">
      <table className="w-full min-w-130 sm:min-w-150 text-sm">
        <thead className="text-xs text-mut">
          <tr>
            <th scope="col" className="py-1.5 text-left font-medium">
              Day
            </th>
            <th scope="col" className="hidden py-1.5 pl-3 text-left font-medium sm:table-cell">
              Account
            </th>
            {FIGURES.map((name) => (
              <th key={name} scope="col" className="py-1.5 pl-3 text-right font-medium">
                {METRICS[name].label}
              </th>
            ))}
            <th scope="col" className="py-1.5 pl-3 text-right font-medium">
              Learned
            </th>
          </tr>
        </thead>
        <tbody className="tabular-nums">
          {rows.map((row) => (
            <tr key={`${row.account_id} ${row.day} ${row.currency}`} className="border-t align-top">
              <th scope="row" className="py-2 text-left font-normal whitespace-nowrap">
                {weekday(row.day)}
                <span className="block max-w-40 text-xs text-mut sm:hidden">
                  <PlatformName platform={row.platform} label={row.account_name} />
                </span>
              </th>
              <td className="hidden max-w-60 py-2 pl-3 sm:table-cell">
                <PlatformName platform={row.platform} label={row.account_name} />
              </td>
              {FIGURES.map((name) => (
                <td key={name} className="py-2 pl-3 text-right">
                  <Figure row={row} name={name} />
                </td>
              ))}
              <td className="py-2 pl-3 text-right whitespace-nowrap text-mut" title={instant(row.learned_at)}>
                {ago(row.learned_at, now)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

export function RestatedCard() {
  const [days, setDays] = useState<number>(7);
  const [all, setAll] = useState(false);
  const { data, error, refetch } = useQuery(restatedQuery(days));
  return (
    <Card title="Restated days" note={data && plural(data.items.length, "day")}>
      <p className="mb-3 max-w-160 text-mut">
        Conversions arrive late and platforms correct their figures. These days were over and have changed since: as
        they were known then, and as they are known now.
      </p>
      <div className="mb-3 max-w-60">
        <Field label="Changes that became known">
          {(attributes) => (
            <Select {...attributes} value={days} onChange={(event) => setDays(Number(event.target.value))}>
              {SINCE.map((entry) => (
                <option key={entry.days} value={entry.days}>
                  {entry.label}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      {error && !data && (
        <ErrorState title="The restated days could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {!error && !data && <Skeleton className="h-40" />}
      {data?.items.length === 0 && <p className="text-mut">No day has changed since then.</p>}
      {data && data.items.length > 0 && <RestatedTable rows={all ? data.items : data.items.slice(0, FIRST)} />}
      {data && !all && data.items.length > FIRST && (
        <Button className="mt-3" onClick={() => setAll(true)}>
          Show all {plural(data.items.length, "day")}
        </Button>
      )}
    </Card>
  );
}
