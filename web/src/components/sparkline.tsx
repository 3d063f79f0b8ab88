import clsx from "clsx";
import { sparkPaths } from "@/lib/sparkline";
import type { Tone } from "@/lib/metrics";

const TONES: Record<Tone, string> = { good: "text-good", bad: "text-bad", neutral: "text-mut" };
const WIDTH = 88;
const HEIGHT = 26;

/** An ornament beside the figure: the trend chart and its table hold the same values for everyone. */
export function Sparkline({ values, tone }: { values: (number | null)[]; tone: Tone }) {
  const { line, area } = sparkPaths(values, WIDTH, HEIGHT);
  if (!line) return null;
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={clsx("h-6.5 w-22 min-w-0 shrink", TONES[tone])}
    >
      <path d={area} fill="currentColor" opacity="0.1" />
      <path
        d={line}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
