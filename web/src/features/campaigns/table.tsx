import { createColumnHelper, flexRender, getCoreRowModel, useReactTable, type Row } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import clsx from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useMemo, useRef, type UIEvent } from "react";
import type { CampaignRow, MetricName } from "@/api/types";
import { RiskBadge } from "@/components/risk";
import { Delta, MetricValue, PlatformName } from "@/components/value";
import { Button } from "@/components/ui/button";
import { METRICS } from "@/lib/metrics";
import { SORTS, type CampaignSort } from "./filter";
import type { CampaignListProps } from "./list";
import { StatusBadge } from "./status";

const ROW_HEIGHT = 49;
const NEAR_END = 600;
const helper = createColumnHelper<CampaignRow>();
const RESULTS: MetricName[] = ["spend", "revenue", "roas"];
const DELIVERY: MetricName[] = ["cpa", "impressions", "clicks", "ctr", "cpc", "conversions"];

function figures(names: MetricName[]) {
  return names.map((name) =>
    helper.display({
      id: name,
      header: METRICS[name].label,
      cell: ({ row: { original } }) => <MetricValue name={name} value={original[name]} currency={original.currency} />,
    }),
  );
}

function makeColumns(onOpen: (id: string) => void) {
  return [
    helper.display({
      id: "name",
      header: "Campaign",
      cell: ({ row: { original } }) => (
        <div className="w-60 min-w-0 min-[1400px]:w-72 min-[1700px]:w-88">
          <button
            type="button"
            className="block max-w-full truncate text-left font-medium hover:underline"
            title={original.name}
            onClick={() => onOpen(original.id)}
          >
            {original.name}
          </button>
          <span className="block truncate text-xs text-mut">
            <PlatformName platform={original.platform} label={original.account_name} />
          </span>
        </div>
      ),
    }),
    helper.display({
      id: "status",
      header: "Status",
      cell: ({ row: { original } }) => <StatusBadge status={original.status} />,
    }),
    ...figures(RESULTS),
    helper.display({
      id: "change",
      header: "ROAS change",
      cell: ({ row: { original } }) => <Delta name="roas" value={original.change.roas} arrow={false} />,
    }),
    helper.display({
      id: "risk",
      header: "Risk",
      cell: ({ row: { original } }) => <RiskBadge score={original.risk} level={original.risk_level} />,
    }),
    ...figures(DELIVERY),
  ];
}

const isLeft = (id: string) => id === "name" || id === "status";
const isSort = (id: string): id is CampaignSort => SORTS.some((sort) => sort === id);

interface HeadProps extends Pick<CampaignListProps, "filter" | "onSort"> {
  id: string;
  label: string;
}

function Head({ id, label, filter, onSort }: HeadProps) {
  const sorted = filter.sort === id;
  const Arrow = filter.direction === "asc" ? ArrowUp : ArrowDown;
  const order = filter.direction === "asc" ? "ascending" : "descending";
  return (
    <th
      scope="col"
      aria-sort={sorted ? order : undefined}
      className={clsx(
        "border-b bg-card px-2 py-2 font-medium whitespace-nowrap",
        isLeft(id) ? "text-left" : "text-right",
        id === "name" && "sticky left-0 z-10 pl-4",
      )}
    >
      {isSort(id) ? (
        <button
          type="button"
          onClick={() => onSort(id)}
          className={clsx("inline-flex items-center gap-1 hover:text-ink", sorted && "text-ink")}
        >
          {label}
          {sorted && <Arrow aria-hidden className="size-3" />}
        </button>
      ) : (
        label
      )}
    </th>
  );
}

function Cells({ row }: { row: Row<CampaignRow> }) {
  return row.getVisibleCells().map((cell) => (
    <td
      key={cell.id}
      className={clsx(
        "border-b px-2 whitespace-nowrap",
        isLeft(cell.column.id) ? "text-left" : "text-right",
        cell.column.id === "name" && "sticky left-0 bg-card pl-4 group-hover:bg-hover",
      )}
    >
      {flexRender(cell.column.columnDef.cell, cell.getContext())}
    </td>
  ));
}

/** Stands for the rows above or below those that are drawn. */
function Spacer({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}

export function CampaignTable(props: CampaignListProps) {
  const { rows, filter, stale, hasMore, loadingMore, onMore, onSort, onOpen } = props;
  const box = useRef<HTMLDivElement>(null);
  const columns = useMemo(() => makeColumns(onOpen), [onOpen]);
  const table = useReactTable({
    data: rows,
    columns,
    getCoreRowModel: getCoreRowModel(),
    getRowId: (row) => row.id,
    manualSorting: true,
  });
  const modelRows = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: modelRows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    initialRect: { width: 1200, height: 800 },
  });
  const items = virtual.getVirtualItems();
  const first = items[0];
  const last = items.at(-1);

  const loadNearEnd = (event: UIEvent<HTMLDivElement>) => {
    const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
    if (hasMore && !loadingMore && scrollHeight - scrollTop - clientHeight < NEAR_END) onMore();
  };

  return (
    <div className="overflow-hidden rounded-lg border bg-card">
      <div
        ref={box}
        onScroll={loadNearEnd}
        // Relative: what only a screen reader sees would else stretch the page.
        className="relative max-h-[calc(100dvh-10rem)] overflow-auto"
        // Focusable, so that the keyboard can scroll it.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="region"
        aria-label="Campaigns"
        aria-busy={stale}
      >
        <table
          aria-rowcount={modelRows.length + 1}
          className={clsx(
            "w-full border-separate border-spacing-0 transition-opacity duration-150",
            stale && "opacity-60",
          )}
        >
          <thead className="sticky top-0 z-20 text-xs text-mut">
            <tr>
              {table.getFlatHeaders().map((header) => (
                <Head
                  key={header.id}
                  id={header.column.id}
                  label={String(header.column.columnDef.header)}
                  filter={filter}
                  onSort={onSort}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            <Spacer height={first?.start ?? 0} columns={columns.length} />
            {items.map((item) => {
              const row = modelRows[item.index];
              return (
                row && (
                  <tr key={row.id} aria-rowindex={item.index + 2} className="group h-12.25 hover:bg-hover">
                    <Cells row={row} />
                  </tr>
                )
              );
            })}
            <Spacer height={virtual.getTotalSize() - (last?.end ?? 0)} columns={columns.length} />
          </tbody>
        </table>
        {hasMore && (
          <div className="sticky left-0 flex justify-center p-3">
            <Button busy={loadingMore} onClick={onMore}>
              Load more
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
