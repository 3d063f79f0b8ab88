import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { Monitor, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";
import type { Connection } from "@/api/types";
import { useSession } from "@/features/auth/queries";
import { connectionsQuery } from "@/features/connections/queries";
import { age, instant } from "@/lib/format";
import { useNow, usePageTitle } from "@/lib/hooks";
import { platformLabel, platformShortLabel } from "@/lib/platforms";
import { setTheme, useThemeChoice, type ThemeChoice } from "@/lib/theme";
import { RangePicker } from "./range-picker";
import { Button } from "./ui/button";

const STALE_MILLISECONDS = 6 * 3_600_000;

interface Freshness {
  platform: string;
  at: string | null;
  problem: string | null;
}

/** One entry per platform: its oldest account decides, because the sums are only as fresh as that. */
function byPlatform(connections: Connection[]): Freshness[] {
  const entries = new Map<string, Freshness>();
  for (const { platform, last_synced_at: at, status, last_error: error } of connections) {
    const known = entries.get(platform);
    const problem = status === "active" ? null : (error ?? "The connection needs attention.");
    const older = !known || at === null || (known.at !== null && at < known.at);
    entries.set(platform, { platform, at: older ? at : known.at, problem: problem ?? known?.problem ?? null });
  }
  return [...entries.values()];
}

function FreshnessLine() {
  const { data } = useQuery(connectionsQuery);
  const now = useNow();
  const entries = byPlatform(data?.items ?? []);
  if (entries.length === 0) return null;
  const isStale = (entry: Freshness) =>
    entry.problem !== null || entry.at === null || now - Date.parse(entry.at) > STALE_MILLISECONDS;
  const anyStale = entries.some(isStale);
  return (
    <p className="hidden items-center gap-1.5 text-sm text-mut lg:flex" aria-label="Last synced">
      <span aria-hidden className={clsx("size-2 rounded-full", anyStale ? "bg-warn" : "bg-good")} />
      {entries.map((entry, index) => (
        <span
          key={entry.platform}
          title={`${platformLabel(entry.platform)}: ${entry.problem ?? `last synced ${instant(entry.at)}`}`}
          className={clsx("whitespace-nowrap", isStale(entry) && "text-warn")}
        >
          {platformShortLabel(entry.platform)} {age(entry.at, now)}
          {index < entries.length - 1 && <span className="text-mut"> ·</span>}
        </span>
      ))}
    </p>
  );
}

const NEXT_THEME: Record<ThemeChoice, { next: ThemeChoice; icon: typeof Sun; label: string }> = {
  light: { next: "dark", icon: Sun, label: "Theme: light. Switch to dark" },
  dark: { next: "system", icon: Moon, label: "Theme: dark. Switch to the system's" },
  system: { next: "light", icon: Monitor, label: "Theme: as the system. Switch to light" },
};

function ThemeButton() {
  const { next, icon: Icon, label } = NEXT_THEME[useThemeChoice()];
  return (
    <Button
      size="icon"
      aria-label={label}
      title={label}
      onClick={() => setTheme(next)}
      className="hidden! text-mut md:inline-flex!"
    >
      <Icon aria-hidden className="size-4" strokeWidth={1.8} />
    </Button>
  );
}

interface PageHeaderProps {
  title: string;
  /** Replaces the title in words for the tab when the visible one is long. */
  lead?: ReactNode;
  range?: boolean;
  actions?: ReactNode;
}

export function PageHeader({ title, lead, range = false, actions }: PageHeaderProps) {
  usePageTitle(title);
  const { organization } = useSession();
  return (
    <header className="z-30 mb-4 flex min-h-14 flex-wrap items-center gap-x-3 gap-y-2 bg-bg md:sticky md:top-0 md:pt-4 md:pb-2">
      <div className="mr-auto flex min-w-0 flex-wrap items-baseline gap-x-2.5">
        {lead}
        <h1 className="min-w-0 text-xl font-semibold break-words">{title}</h1>
        <span className="hidden truncate text-sm text-mut sm:inline">{organization.name}</span>
      </div>
      <FreshnessLine />
      {range && <RangePicker />}
      {actions}
      <ThemeButton />
    </header>
  );
}
