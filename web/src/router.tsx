import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import { CrashPage, NotFoundPage } from "@/components/fallback";
import { PagePending, Shell } from "@/components/shell";
import { sessionQuery } from "@/features/auth/queries";
import { parseCampaignSearch } from "@/features/campaigns/filter";
import { ApiError } from "@/lib/api";
import { parseRangeSearch } from "@/lib/range";

interface Context {
  client: QueryClient;
}

/** Only addresses of our own pages; anything else could lead away after the login. */
function safeNext(value: unknown): string | undefined {
  return typeof value === "string" && /^\/(?![/\\])/.test(value) && !value.startsWith("/login") ? value : undefined;
}

const rootRoute = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: CrashPage,
});

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  validateSearch: (raw: Record<string, unknown>): { next?: string } => ({ next: safeNext(raw.next) }),
  component: lazyRouteComponent(() => import("@/features/auth/page"), "LoginPage"),
});

const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "app",
  validateSearch: parseRangeSearch,
  search: { middlewares: [retainSearchParams(["range", "start", "end"])] },
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(sessionQuery);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      const next = location.href === "/" ? undefined : location.href;

      throw redirect({ to: "/login", search: { next } });
    }
  },
  component: Shell,
});

const dashboardRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/dashboard/page"), "DashboardPage"),
});

const campaignsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/campaigns",
  validateSearch: parseCampaignSearch,
  component: lazyRouteComponent(() => import("@/features/campaigns/page"), "CampaignsPage"),
});

const campaignRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/campaigns/$id",
  component: lazyRouteComponent(() => import("@/features/campaigns/detail-page"), "CampaignPage"),
});

const oracleRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/oracle",
  component: lazyRouteComponent(() => import("@/features/oracle/page"), "OraclePage"),
});

const curiosityRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/curiosity",
  component: lazyRouteComponent(() => import("@/features/curiosity/page"), "CuriosityPage"),
});

const connectionsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/connections",
  component: lazyRouteComponent(() => import("@/features/connections/page"), "ConnectionsPage"),
});

const dataHealthRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/data-health",
  component: lazyRouteComponent(() => import("@/features/data-health/page"), "DataHealthPage"),
});

const importRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/import",
  component: lazyRouteComponent(() => import("@/features/imports/page"), "ImportPage"),
});

const settingsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/settings/page"), "SettingsPage"),
});

const routeTree = rootRoute.addChildren([
  loginRoute,
  appRoute.addChildren([
    dashboardRoute,
    campaignsRoute,
    campaignRoute,
    oracleRoute,
    curiosityRoute,
    connectionsRoute,
    dataHealthRoute,
    importRoute,
    settingsRoute,
  ]),
]);

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultPendingComponent: PagePending,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
