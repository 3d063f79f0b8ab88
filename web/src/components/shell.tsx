import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useRouter } from "@tanstack/react-router";
import clsx from "clsx";
import {
  Compass,
  FileUp,
  LayoutDashboard,
  Lightbulb,
  LogOut,
  Megaphone,
  Menu as MenuIcon,
  Monitor,
  Moon,
  PanelLeftClose,
  PanelLeftOpen,
  Plug,
  Settings,
  ShieldCheck,
  Sun,
} from "lucide-react";
import { useEffect, useState } from "react";
import type { Connection } from "@/api/types";
import { logOut, useSession } from "@/features/auth/queries";
import { connectionsQuery } from "@/features/connections/queries";
import { recommendationsQuery } from "@/features/curiosity/queries";
import { errorText } from "@/lib/api";
import { listenToEvents } from "@/lib/events";
import { useIsPhone } from "@/lib/hooks";
import { setTheme, useThemeChoice, type ThemeChoice } from "@/lib/theme";
import { toast } from "@/lib/toast";
import { Brand, BrandMark } from "./brand";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "./ui/menu";
import { Skeleton } from "./ui/surface";

const PAGES = [
  { to: "/", label: "Dashboard", icon: LayoutDashboard },
  { to: "/campaigns", label: "Campaigns", icon: Megaphone },
  { to: "/oracle", label: "Oracle", icon: Compass },
  { to: "/curiosity", label: "Curiosity", icon: Lightbulb },
  { to: "/connections", label: "Connections", icon: Plug },
  { to: "/data-health", label: "Data health", icon: ShieldCheck },
  { to: "/import", label: "Import", icon: FileUp },
  { to: "/settings", label: "Settings", icon: Settings },
] as const;

type Page = (typeof PAGES)[number];

const THEMES: { choice: ThemeChoice; label: string; icon: typeof Sun }[] = [
  { choice: "light", label: "Light", icon: Sun },
  { choice: "dark", label: "Dark", icon: Moon },
  { choice: "system", label: "As the system", icon: Monitor },
];

const RAIL_KEY = "omnify-rail";

function useCounts(): Partial<Record<Page["to"], { count: number; label: string }>> {
  const recommendations = useQuery(recommendationsQuery).data?.items.length ?? 0;
  const broken =
    useQuery(connectionsQuery).data?.items.filter((item: Connection) => item.status !== "active").length ?? 0;
  return {
    "/curiosity": recommendations > 0 ? { count: recommendations, label: "recommendations" } : undefined,
    "/connections": broken > 0 ? { count: broken, label: "need attention" } : undefined,
  };
}

const isCurrent = (to: string, path: string) => (to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`));

function RailLink({
  page,
  collapsed,
  count,
}: {
  page: Page;
  collapsed: boolean;
  count?: { count: number; label: string };
}) {
  const { pathname } = useLocation();
  const current = isCurrent(page.to, pathname);
  return (
    <Link
      to={page.to}
      aria-current={current ? "page" : undefined}
      title={collapsed ? page.label : undefined}
      className={clsx(
        "flex h-9 items-center gap-2.5 rounded-lg px-2.5 transition-colors duration-150",
        current ? "bg-fill font-medium text-ink" : "text-mut hover:bg-hover hover:text-ink",
      )}
    >
      <page.icon aria-hidden className={clsx("size-4 shrink-0", current && "text-accent")} strokeWidth={1.8} />
      <span className={clsx(collapsed && "sr-only")}>{page.label}</span>
      {count && !collapsed && (
        <span className="ml-auto text-xs font-medium text-curiosity">
          {count.count}
          <span className="sr-only"> {count.label}</span>
        </span>
      )}
    </Link>
  );
}

function initials(text: string): string {
  const words = text.split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? "") + (words[1]?.[0] ?? "")).toUpperCase();
}

function useLogOut(): () => void {
  const client = useQueryClient();
  const router = useRouter();
  return () => {
    logOut()
      .then(async () => {
        await router.navigate({ to: "/login", search: {} });
        client.clear();
      })
      .catch((error: unknown) => toast(errorText(error), "bad"));
  };
}

function ThemeItems() {
  const chosen = useThemeChoice();
  return (
    <>
      <MenuLabel>Appearance</MenuLabel>
      {THEMES.map(({ choice, label, icon: Icon }) => (
        <MenuItem
          key={choice}
          icon={<Icon aria-hidden className="size-4 text-mut" />}
          checked={chosen === choice}
          onSelect={() => setTheme(choice)}
        >
          {label}
        </MenuItem>
      ))}
    </>
  );
}

function AccountMenu({ collapsed }: { collapsed: boolean }) {
  const { user, organization } = useSession();
  const leave = useLogOut();
  const trigger = (
    <button
      type="button"
      className={clsx(
        "flex w-full items-center gap-2.5 rounded-lg border text-left transition-colors duration-150 hover:bg-hover",
        collapsed ? "justify-center border-transparent p-1" : "p-2",
      )}
    >
      <span className="sr-only">Account of{collapsed && ` ${organization.name}`}</span>
      <span aria-hidden className="grid size-7 shrink-0 place-items-center rounded-lg bg-fill text-xs font-medium">
        {initials(organization.name)}
      </span>
      {!collapsed && (
        <span className="min-w-0">
          <span className="block truncate">{organization.name}</span>
          <span className="block truncate text-xs text-mut">{user.name || user.email}</span>
        </span>
      )}
    </button>
  );
  return (
    <Menu trigger={trigger} align="start">
      <MenuLabel>{user.email}</MenuLabel>
      <MenuSeparator />
      <ThemeItems />
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden className="size-4 text-mut" />} onSelect={leave}>
        Log out
      </MenuItem>
    </Menu>
  );
}

function Rail() {
  const [collapsed, setCollapsed] = useState(() => localStorage.getItem(RAIL_KEY) === "collapsed");
  const counts = useCounts();
  const toggle = () => {
    localStorage.setItem(RAIL_KEY, collapsed ? "open" : "collapsed");
    setCollapsed(!collapsed);
  };
  const Icon = collapsed ? PanelLeftOpen : PanelLeftClose;
  return (
    <aside
      className={clsx(
        "sticky top-0 flex h-dvh shrink-0 flex-col gap-4 border-r bg-card py-4",
        collapsed ? "w-15 px-2.5" : "w-53 px-3",
      )}
    >
      <div className={clsx("flex items-center", collapsed ? "flex-col gap-3" : "justify-between pl-2")}>
        {collapsed ? <BrandMark /> : <Brand />}
        <button
          type="button"
          aria-label={collapsed ? "Widen the menu" : "Narrow the menu"}
          aria-expanded={!collapsed}
          onClick={toggle}
          className="grid size-7 place-items-center rounded-md text-mut hover:bg-hover hover:text-ink"
        >
          <Icon aria-hidden className="size-4" strokeWidth={1.8} />
        </button>
      </div>
      <nav aria-label="Pages" className="grid gap-0.5">
        {PAGES.map((page) => (
          <RailLink key={page.to} page={page} collapsed={collapsed} count={counts[page.to]} />
        ))}
      </nav>
      <div className="mt-auto">
        <AccountMenu collapsed={collapsed} />
      </div>
    </aside>
  );
}

const BAR_ITEM = "flex min-w-0 flex-1 flex-col items-center gap-0.5 rounded-lg py-1.5 text-[11px] leading-4";

function BottomBar() {
  const { pathname } = useLocation();
  const router = useRouter();
  const leave = useLogOut();
  const { organization, user } = useSession();
  const more = PAGES.slice(4);
  const moreCurrent = more.some((page) => isCurrent(page.to, pathname));
  const trigger = (
    <button type="button" className={clsx(BAR_ITEM, moreCurrent ? "bg-fill text-ink" : "text-mut")}>
      <MenuIcon aria-hidden className="size-4.5" strokeWidth={1.8} />
      More
    </button>
  );
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-40 flex gap-1 border-t bg-card px-2 pt-1 pb-[max(0.25rem,env(safe-area-inset-bottom))]"
    >
      {PAGES.slice(0, 4).map((page) => {
        const current = isCurrent(page.to, pathname);
        return (
          <Link
            key={page.to}
            to={page.to}
            aria-current={current ? "page" : undefined}
            className={clsx(BAR_ITEM, current ? "bg-fill font-medium text-ink" : "text-mut")}
          >
            <page.icon aria-hidden className={clsx("size-4.5", current && "text-accent")} strokeWidth={1.8} />
            {page.label}
          </Link>
        );
      })}
      <Menu trigger={trigger}>
        <MenuLabel>
          {organization.name} · {user.email}
        </MenuLabel>
        {more.map((page) => (
          <MenuItem
            key={page.to}
            icon={<page.icon aria-hidden className="size-4 text-mut" />}
            onSelect={() => void router.navigate({ to: page.to })}
          >
            {page.label}
          </MenuItem>
        ))}
        <MenuSeparator />
        <ThemeItems />
        <MenuSeparator />
        <MenuItem icon={<LogOut aria-hidden className="size-4 text-mut" />} onSelect={leave}>
          Log out
        </MenuItem>
      </Menu>
    </nav>
  );
}

export function Shell() {
  const phone = useIsPhone();
  const client = useQueryClient();
  useEffect(() => listenToEvents(client), [client]);
  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="fixed top-2 left-2 z-60 -translate-y-20 rounded-lg bg-accent px-3 py-2 text-on-accent focus:translate-y-0"
      >
        Skip to content
      </a>
      {!phone && <Rail />}
      <main id="content" tabIndex={-1} className={clsx("min-w-0 flex-1", phone ? "p-4 pb-24" : "px-6 pb-8")}>
        <Outlet />
      </main>
      {phone && <BottomBar />}
    </div>
  );
}

/** While the code of a page is on its way. */
export function PagePending() {
  return (
    <div className="grid gap-4 pt-5" role="status" aria-label="Loading">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-26" />
      <Skeleton className="h-90" />
    </div>
  );
}
