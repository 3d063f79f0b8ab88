import { getRouteApi } from "@tanstack/react-router";
import { useSession } from "@/features/auth/queries";
import { resolveRange, type Range } from "@/lib/range";

const app = getRouteApi("/app");

/** The days that the address names, resolved in the organization's time zone. */
export function useRange(): Range {
  const search = app.useSearch();
  return resolveRange(search, useSession().today);
}
