import clsx from "clsx";
import type { MetricName } from "@/api/types";
import { change as formatChange, metric, money, NONE, toNumber } from "@/lib/format";
import { METRICS, toneOf, type Tone } from "@/lib/metrics";
import { platformColor, platformLabel } from "@/lib/platforms";

/** «–», and the reason for those who point at it or hear it. */
export function Missing({ why }: { why: string }) {
  return (
    <span title={why} className="text-mut">
      <span aria-hidden>{NONE}</span>
      <span className="sr-only">{why}</span>
    </span>
  );
}

interface MetricValueProps {
  name: MetricName;
  value: string | number | null;
  currency: string;
}

export function MetricValue({ name, value, currency }: MetricValueProps) {
  if (value === null) return <Missing why={METRICS[name].missing} />;
  const shown = metric(name, value, currency);
  const exact = typeof value === "string" ? money(value, currency, { style: "exact" }) : undefined;
  return (
    <span title={exact === shown ? undefined : exact} className="tabular-nums">
      {shown}
    </span>
  );
}

const TONES: Record<Tone, string> = { good: "text-good", bad: "text-bad", neutral: "text-mut" };

/** A change with sign, arrow and colour; the colour alone says nothing. */
export function Delta({ name, value, arrow = true }: { name: MetricName; value: number | null; arrow?: boolean }) {
  if (value === null) return <Missing why="There is nothing to compare with in the previous period." />;
  const flat = Math.abs(value) < 0.0005;
  return (
    <span
      className={clsx(
        "inline-flex items-center gap-1 font-medium whitespace-nowrap tabular-nums",
        TONES[toneOf(name, value)],
      )}
    >
      {arrow && !flat && (
        <svg aria-hidden viewBox="0 0 10 8" className={clsx("h-2 w-2.5", value < 0 && "rotate-180")}>
          <path d="M5 0 10 8H0Z" fill="currentColor" />
        </svg>
      )}
      {formatChange(flat ? 0 : value)}
    </span>
  );
}

export function PlatformName({ platform, label }: { platform: string; label?: string }) {
  return (
    <span className="inline-flex min-w-0 items-center gap-2">
      <span aria-hidden className={clsx("size-2 shrink-0 rounded-full", platformColor(platform))} />
      <span className="truncate">{label ?? platformLabel(platform)}</span>
    </span>
  );
}

export function isZero(value: string | number | null): boolean {
  return (toNumber(value) ?? 0) === 0;
}
