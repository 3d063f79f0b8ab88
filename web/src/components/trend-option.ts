import type { EChartsCoreOption } from "echarts/core";
import type { MetricName, TrendPoint } from "@/api/types";
import { day, metric, money, toNumber, weekday } from "@/lib/format";
import { METRICS } from "@/lib/metrics";

type Color = (token: string) => string;
type Line = "revenue" | "spend";

function solidData(points: TrendPoint[], name: Line) {
  return points.map((point) => (point.partial ? null : toNumber(point[name])));
}

/** The stroke from the last whole day to the unfinished one, drawn dashed. */
function partialData(points: TrendPoint[], name: Line) {
  return points.map((point, index) => (point.partial || points[index + 1]?.partial ? toNumber(point[name]) : null));
}

function line(points: TrendPoint[], name: Line, color: string, width: number, partial: boolean) {
  const single = points.length === 1;
  return {
    type: "line",
    name: partial ? `${name}-partial` : name,
    data: partial ? partialData(points, name) : solidData(points, name),
    showSymbol: single,
    symbol: "circle",
    symbolSize: 6,
    lineStyle: { color, width, type: partial ? [4, 4] : "solid" },
    itemStyle: { color },
    emphasis: { disabled: true },
    z: name === "revenue" ? 3 : 2,
  };
}

function partialArea(points: TrendPoint[], color: Color) {
  const index = points.findIndex((point) => point.partial);
  const from = points[index - 1];
  const to = points[index];
  if (!to) return {};
  const label = { show: true, position: "insideEndTop", formatter: "today, so far", color: color("mut"), fontSize: 11 };
  return {
    markArea: from && {
      silent: true,
      itemStyle: { color: color("hover"), opacity: 0.9 },
      data: [[{ xAxis: from.date }, { xAxis: to.date }]],
    },
    markLine: {
      silent: true,
      symbol: "none",
      animation: false,
      lineStyle: { color: color("mut"), type: [2, 3], width: 1 },
      label: { ...label, position: "end", align: "right", distance: 4 },
      data: [{ xAxis: (from ?? to).date }],
    },
  };
}

const LINES_OF_TOOLTIP: MetricName[] = ["revenue", "spend", "roas"];

/** Built of elements, not of markup: the content security policy refuses style attributes in markup. */
function tooltip(points: TrendPoint[], previous: TrendPoint[], currency: string, index: number): HTMLElement {
  const box = document.createElement("div");
  box.className =
    "rounded-lg border bg-card text-ink px-3 py-2 shadow-float text-xs tabular-nums grid grid-cols-[auto_auto_auto] gap-x-4 gap-y-1";
  const point = points[index];
  if (!point) return box;
  const before = previous[index];
  const rows: [string, string, string][] = [
    ["", weekday(point.date) + (point.partial ? ", so far" : ""), before ? weekday(before.date) : ""],
    ...LINES_OF_TOOLTIP.map((name): [string, string, string] => [
      METRICS[name].label,
      metric(name, point[name], currency),
      before ? metric(name, before[name], currency) : "",
    ]),
  ];
  const classes = ["text-mut", "text-right font-medium", "text-right text-mut"];
  for (const row of rows) {
    row.forEach((text, column) => {
      const cell = document.createElement("span");
      cell.className = classes[column] ?? "";
      cell.textContent = text;
      box.append(cell);
    });
  }
  return box;
}

const FONT = { fontFamily: "Inter Variable, system-ui, sans-serif", fontSize: 11 };

export function trendOption(
  points: TrendPoint[],
  previous: TrendPoint[],
  currency: string,
  color: Color,
): EChartsCoreOption {
  const text = { ...FONT, color: color("mut") };
  const hasPartial = points.some((point) => point.partial);
  const reduced = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const lines = (["spend", "revenue"] as const).flatMap((name) => {
    const [stroke, width] = name === "revenue" ? [color("memory"), 2] : [color("mut"), 1.5];
    const series = [line(points, name, stroke, width, false)];
    return hasPartial ? [...series, line(points, name, stroke, width, true)] : series;
  });
  return {
    animation: !reduced,
    animationDuration: 180,
    textStyle: FONT,
    grid: { left: 4, right: 10, top: 22, bottom: 2, containLabel: true },
    xAxis: {
      type: "category",
      boundaryGap: points.length === 1,
      data: points.map((point) => point.date),
      axisLabel: { ...text, formatter: (value: string) => day(value), hideOverlap: true, margin: 10 },
      axisLine: { lineStyle: { color: color("line") } },
      axisTick: { show: false },
    },
    yAxis: {
      type: "value",
      min: 0,
      splitNumber: 4,
      axisLabel: {
        ...text,
        formatter: (value: number) => (value === 0 ? "0" : money(value, currency, { style: "compact" })),
      },
      splitLine: { lineStyle: { color: color("line") } },
    },
    tooltip: {
      trigger: "axis",
      confine: true,
      backgroundColor: "transparent",
      borderWidth: 0,
      padding: 0,
      extraCssText: "box-shadow:none",
      transitionDuration: reduced ? 0 : 0.12,
      axisPointer: { type: "line", snap: true, lineStyle: { color: color("mut"), width: 1, type: "solid" } },
      formatter: (entries: { dataIndex: number }[]) => tooltip(points, previous, currency, entries[0]?.dataIndex ?? 0),
    },
    series: lines.map((entry, index) => (index === 0 ? { ...entry, ...partialArea(points, color) } : entry)),
  };
}
