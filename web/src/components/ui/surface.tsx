import clsx from "clsx";
import type { ReactNode } from "react";

type Hue = "memory" | "oracle" | "curiosity";

const HUES: Record<Hue, string> = { memory: "bg-memory", oracle: "bg-oracle", curiosity: "bg-curiosity" };

interface CardProps {
  title?: ReactNode;
  note?: ReactNode;
  hue?: Hue;
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A bordered surface. A module's hue marks its title and nothing else. */
export function Card({ title, note, hue, actions, className, children }: CardProps) {
  return (
    <section className={clsx("min-w-0 rounded-lg border bg-card p-4", className)}>
      {title && (
        <header className="mb-3 flex min-h-6 flex-wrap items-center gap-x-2 gap-y-1">
          {hue && <span aria-hidden className={clsx("size-2 rounded-[2px]", HUES[hue])} />}
          <h2 className="font-semibold">{title}</h2>
          {note && <span className="text-xs text-mut">{note}</span>}
          {actions && <span className="ml-auto flex items-center gap-1">{actions}</span>}
        </header>
      )}
      {children}
    </section>
  );
}

export type BadgeTone = "neutral" | "good" | "bad" | "warn" | "accent";

const BADGES: Record<BadgeTone, string> = {
  neutral: "border-line text-ink",
  good: "border-transparent bg-good-fill text-good",
  bad: "border-transparent bg-bad-fill text-bad",
  warn: "border-transparent bg-warn-fill text-warn",
  accent: "border-transparent bg-fill text-accent",
};

export function Badge({ tone = "neutral", children }: { tone?: BadgeTone; children: ReactNode }) {
  return (
    <span
      className={clsx(
        "inline-flex items-center gap-1.5 rounded-full border px-2 text-xs leading-5 whitespace-nowrap",
        BADGES[tone],
      )}
    >
      {children}
    </span>
  );
}

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={clsx("animate-pulse rounded-md bg-line", className)} />;
}

/** value and total in the same unit; total 0 stands for «not known yet». */
export function Progress({ value, total, label }: { value: number; total: number; label: string }) {
  const share = total > 0 ? Math.min(1, value / total) : 0;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={total > 0 ? Math.round(share * 100) : undefined}
      className="h-1.5 overflow-hidden rounded-full bg-line"
    >
      <div
        className={clsx(
          "h-full rounded-full bg-accent transition-[width] duration-180",
          total === 0 && "w-1/3 animate-pulse",
        )}
        style={total > 0 ? { width: `${share * 100}%` } : undefined}
      />
    </div>
  );
}

interface DisclosureProps {
  summary: ReactNode;
  /** Shown from the start; the reader may close it. */
  open?: boolean;
  children: ReactNode;
  className?: string;
}

export function Disclosure({ summary, open, children, className }: DisclosureProps) {
  return (
    <details open={open} className={clsx("group", className)}>
      <summary className="inline-flex list-none items-center gap-1 rounded-md text-sm font-medium text-accent select-none [&::-webkit-details-marker]:hidden">
        <svg aria-hidden viewBox="0 0 12 12" className="size-3 transition-transform duration-150 group-open:rotate-90">
          <path d="M4 2.5 7.5 6 4 9.5" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
        </svg>
        {summary}
      </summary>
      <div className="mt-2">{children}</div>
    </details>
  );
}

export function Notice({ tone, children }: { tone: "warn" | "bad" | "info" | "good"; children: ReactNode }) {
  const tones = {
    warn: "bg-warn-fill text-warn",
    bad: "bg-bad-fill text-bad",
    good: "bg-good-fill text-good",
    info: "bg-fill text-ink",
  };
  return <div className={clsx("rounded-lg px-3 py-2 text-sm", tones[tone])}>{children}</div>;
}

/** What may be wider than the screen: it scrolls sideways by itself, with the keyboard too. */
export function ScrollRegion({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div role="region" aria-label={label} tabIndex={0} className={clsx("overflow-x-auto", className)}>
      {children}
    </div>
  );
}
