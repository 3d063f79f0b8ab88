import clsx from "clsx";
import type { RiskInput, RiskLevel, RiskScore } from "@/api/types";
import { integer, signed } from "@/lib/format";
import { Missing } from "./value";
import { Badge, Disclosure, type BadgeTone } from "./ui/surface";

export const RISK_LABELS: Record<RiskLevel, string> = { high: "High risk", moderate: "Moderate risk", low: "Low risk" };
const STROKES: Record<RiskLevel, string> = { high: "stroke-bad", moderate: "stroke-warn", low: "stroke-good" };
const TONES: Record<RiskLevel, BadgeTone> = { high: "bad", moderate: "warn", low: "good" };
const ARC = "M12 66a50 50 0 0 1 100 0";
const ARC_LENGTH = Math.PI * 50;

export function RiskDial({ risk, className }: { risk: RiskScore; className?: string }) {
  const known = risk.enough_data && risk.score !== null;
  const text = known && risk.level ? `Risk ${risk.score} of 100, ${RISK_LABELS[risk.level]}` : "Risk: not enough data";
  return (
    <svg viewBox="0 0 124 76" role="img" aria-label={text} className={clsx("w-33 shrink-0", className)}>
      <path d={ARC} fill="none" strokeWidth="10" strokeLinecap="round" className="stroke-line" />
      {known && risk.score !== null && risk.level && (
        <path
          d={ARC}
          fill="none"
          strokeWidth="10"
          strokeLinecap="round"
          strokeDasharray={`${(Math.max(risk.score, 1) / 100) * ARC_LENGTH} 400`}
          className={STROKES[risk.level]}
        />
      )}
      <text x="62" y="62" textAnchor="middle" className="fill-ink text-2xl font-semibold">
        {known ? risk.score : "–"}
      </text>
    </svg>
  );
}

export function RiskBadge({ score, level }: { score: number | null; level: RiskLevel | null }) {
  if (score === null || level === null) return <Missing why="Not enough data for a risk score." />;
  return (
    <Badge tone={TONES[level]}>
      <span className="font-medium tabular-nums">{score}</span> {RISK_LABELS[level].replace(" risk", "")}
    </Badge>
  );
}

function InputRow({ input }: { input: RiskInput }) {
  const points = Math.round(input.points);
  const share = input.max_points === 0 ? 0 : Math.min(1, Math.abs(points) / input.max_points);
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_5.5rem_3.5rem] items-center gap-3 py-1 text-sm">
      <span className="min-w-0">
        {input.label}
        <span className="block text-xs text-mut">{input.display}</span>
      </span>
      <span aria-hidden className="h-1.5 overflow-hidden rounded-full bg-line">
        <span
          className={clsx("block h-full rounded-full", points < 0 ? "bg-good" : "bg-oracle")}
          style={{ width: `${share * 100}%` }}
        />
      </span>
      <span className="text-right whitespace-nowrap text-mut tabular-nums">
        <span className="text-ink">{signed(points)}</span>
        <span className="text-xs"> / {integer(input.max_points)}</span>
        <span className="sr-only"> points</span>
      </span>
    </li>
  );
}

export function RiskInputs({ inputs }: { inputs: RiskInput[] }) {
  if (inputs.length === 0) return null;
  return (
    <ul aria-label="What the risk score is made of">
      {inputs.map((input) => (
        <InputRow key={input.name} input={input} />
      ))}
    </ul>
  );
}

/** The formula is part of the answer: a score that nobody can recompute is not one to act on. */
export function RiskFormula({ formula }: { formula: string }) {
  if (!formula) return null;
  return (
    <Disclosure summary="How this score is made">
      <p className="rounded-lg bg-hover p-3 text-sm whitespace-pre-line text-mut">{formula}</p>
    </Disclosure>
  );
}

export function RiskSummary({ risk, note }: { risk: RiskScore; note?: string }) {
  return (
    <div className="flex items-center gap-4">
      <RiskDial risk={risk} />
      <div className="min-w-0">
        <p className="font-semibold">{risk.enough_data && risk.level ? RISK_LABELS[risk.level] : "Not enough data"}</p>
        {(risk.reason ?? note) && <p className="mt-0.5 text-sm text-mut">{risk.reason ?? note}</p>}
      </div>
    </div>
  );
}
