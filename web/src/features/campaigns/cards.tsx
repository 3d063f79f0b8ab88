import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { ArrowDownUp } from "lucide-react";
import type { CampaignRow, MetricName } from "@/api/types";
import { RiskBadge } from "@/components/risk";
import { MetricValue, PlatformName } from "@/components/value";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { capitalize } from "@/lib/format";
import { METRICS } from "@/lib/metrics";
import { SORTS, type CampaignSort } from "./filter";
import type { CampaignListProps } from "./list";
import { StatusBadge } from "./status";

const FIGURES: MetricName[] = ["spend", "revenue", "roas", "cpa"];
const sortLabel = (sort: CampaignSort) =>
  sort === "name" || sort === "status" ? capitalize(sort) : METRICS[sort].label;

function CampaignCard({ row, onOpen }: { row: CampaignRow; onOpen: (id: string) => void }) {
  return (
    <div className="rounded-lg border bg-card p-3">
      <button type="button" onClick={() => onOpen(row.id)} className="block w-full text-left font-medium break-words">
        {row.name}
      </button>
      <div className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-xs text-mut">
        <StatusBadge status={row.status} />
        <PlatformName platform={row.platform} />
        <span className="ml-auto">
          <RiskBadge score={row.risk} level={row.risk_level} />
        </span>
      </div>
      <dl className="mt-2.5 grid grid-cols-4 gap-2">
        {FIGURES.map((name) => (
          <div key={name} className="min-w-0">
            <dt className="text-xs text-mut">{METRICS[name].label}</dt>
            <dd className="truncate">
              <MetricValue name={name} value={row[name]} currency={row.currency} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

export function CampaignCards({ rows, filter, hasMore, loadingMore, onMore, onSort, onOpen }: CampaignListProps) {
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => 128,
    overscan: 8,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  return (
    <div className="grid gap-2">
      <div className="flex gap-2">
        <Select
          aria-label="Sort by"
          className="flex-1"
          value={filter.sort}
          onChange={(event) => onSort(event.target.value as CampaignSort)}
        >
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              Sort by {sortLabel(sort)}
            </option>
          ))}
        </Select>
        <Button onClick={() => onSort(filter.sort)}>
          <ArrowDownUp aria-hidden className="size-4" />
          {filter.direction === "asc" ? "Ascending" : "Descending"}
        </Button>
      </div>
      <ul aria-label="Campaigns" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <li
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0 pb-2"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <CampaignCard row={row} onOpen={onOpen} />
              </li>
            )
          );
        })}
      </ul>
      {hasMore && (
        <Button busy={loadingMore} onClick={onMore}>
          Load more
        </Button>
      )}
    </div>
  );
}
