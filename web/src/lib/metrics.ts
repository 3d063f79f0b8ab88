import type { MetricName, Metrics } from "@/api/types";
import { toNumber } from "@/lib/format";

export type Tone = "good" | "bad" | "neutral";

export interface MetricInfo {
  name: MetricName;
  label: string;
  /** What a rise means. Spend is neither good nor bad by itself. */
  rise: Tone;
  /** What the figure is, and why it may be missing. */
  help: string;
  missing: string;
}

export const METRICS: Record<MetricName, MetricInfo> = {
  spend: {
    name: "spend",
    label: "Spend",
    rise: "neutral",
    help: "What the platforms charged.",
    missing: "No spend is known.",
  },
  revenue: {
    name: "revenue",
    label: "Revenue",
    rise: "good",
    help: "Purchase value that the platforms attribute to ads.",
    missing: "No platform reported revenue for these days.",
  },
  roas: {
    name: "roas",
    label: "ROAS",
    rise: "good",
    help: "Return on ad spend: revenue ÷ spend.",
    missing: "ROAS needs revenue and spend.",
  },
  impressions: {
    name: "impressions",
    label: "Impressions",
    rise: "good",
    help: "How often ads were shown.",
    missing: "No impressions are known.",
  },
  clicks: { name: "clicks", label: "Clicks", rise: "good", help: "Clicks on ads.", missing: "No clicks are known." },
  conversions: {
    name: "conversions",
    label: "Conversions",
    rise: "good",
    help: "Purchases that the platforms attribute to ads.",
    missing: "No platform reported conversions for these days.",
  },
  ctr: {
    name: "ctr",
    label: "CTR",
    rise: "good",
    help: "Click-through rate: clicks ÷ impressions.",
    missing: "CTR needs impressions.",
  },
  cpc: {
    name: "cpc",
    label: "CPC",
    rise: "bad",
    help: "Cost per click: spend ÷ clicks.",
    missing: "CPC needs clicks.",
  },
  cpa: {
    name: "cpa",
    label: "CPA",
    rise: "bad",
    help: "Cost per acquisition: spend ÷ conversions.",
    missing: "CPA needs conversions.",
  },
};

export const TILE_METRICS: MetricName[] = ["spend", "revenue", "roas", "cpa", "impressions", "clicks", "ctr", "cpc"];

/** Whether a relative change is good news; a change that rounds to nothing is none. */
export function toneOf(name: MetricName, change: number | null | undefined): Tone {
  if (change === null || change === undefined || Math.abs(change) < 0.0005) return "neutral";
  const { rise } = METRICS[name];
  if (rise === "neutral") return "neutral";
  return change > 0 === (rise === "good") ? "good" : "bad";
}

/** A series for a sparkline. A day that still goes on is left out, because it would look like a fall. */
export function seriesOf(points: (Metrics & { partial: boolean })[], name: MetricName): (number | null)[] {
  return points.filter((point) => !point.partial).map((point) => toNumber(point[name]));
}
