import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { mockApi, problem } from "@/test/mock-api";
import { renderApp } from "@/test/render";
import { noRisk, overview, session } from "@/test/samples";

vi.mock("@/components/trend-canvas", () => ({ default: () => null }));

const rest = {
  "GET /session": session,
  "GET /connections": { items: [] },
  "GET /recommendations": { as_of: session.today, currency: "USD", items: [], note: "Too few days yet." },
  "GET /risk": { as_of: session.today, currency: "USD", overall: noRisk, campaigns: [], excluded: [] },
  "GET /campaigns": { items: [], next_cursor: null, total: 0 },
};

it("shows the figures with the change in words, sign and colour", async () => {
  const seen = mockApi({ ...rest, "GET /overview": overview });
  renderApp("/?range=7d");
  const tiles = await screen.findByRole("list", { name: "Key figures" });
  const tile = (label: string) => within(tiles).getByText(label).closest("li") as HTMLElement;
  expect(tile("Spend")).toHaveTextContent("$1,000");
  expect(tile("Revenue")).toHaveTextContent("\u221220.0");
  expect(within(tile("CPC")).getByText(/30\.0/)).toHaveClass("text-bad");
  expect(within(tile("CPA")).getByText(/10\.0/)).toHaveClass("text-good");
  expect(within(tile("Impressions")).getByTitle(/nothing to compare/)).toBeInTheDocument();
  expect(await screen.findByText("Not enough data")).toBeInTheDocument();
  expect(await screen.findByText("Too few days yet.")).toBeInTheDocument();
  const asked = seen.find((request) => request.path === "/overview");
  expect([asked?.query.get("start"), asked?.query.get("end")]).toEqual(["2026-03-25", "2026-03-31"]);
});

it("shows the days as a table, the unfinished one marked", async () => {
  mockApi({ ...rest, "GET /overview": overview });
  renderApp("/");
  await userEvent.click(await screen.findByRole("button", { name: "Table" }));
  const days = screen.getByRole("region", { name: "Days as a table" });
  expect(within(days).getAllByRole("row")[1]).toHaveTextContent("Mar 31, 2026so far");
});

const kronor = { currency: "SEK", spend: "12.50", revenue: "0.00" };

it("says which currencies are not in the sums", async () => {
  const excluded = [kronor, { currency: "AED", spend: "700.00", revenue: "900.00" }];
  mockApi({ ...rest, "GET /overview": { ...overview, excluded, previous_excluded: excluded } });
  renderApp("/");
  const notice = await screen.findByText(/no exchange rate to USD/);
  expect(notice).toHaveTextContent(/12\.50 \(SEK\) of spend,/);
  expect(notice).toHaveTextContent(/ AED.700 of spend, and AED.900 of revenue/);
  expect(screen.queryByText(/changes are not fair/)).not.toBeInTheDocument();
});

it("says that the days before lack a currency that these days have", async () => {
  mockApi({ ...rest, "GET /overview": { ...overview, previous_excluded: [kronor] } });
  renderApp("/");
  expect(await screen.findByText(/changes are not fair/)).toHaveTextContent(/12\.50 \(SEK\)/);
});

it("says what was converted at the rates of which days", async () => {
  const yen = {
    currency: "JPY",
    spend: "1824519",
    revenue: null,
    converted_spend: "12163.00",
    converted_revenue: null,
    oldest_rate: "2026-02-27",
    newest_rate: "2026-03-30",
  };
  const euros = { ...yen, currency: "EUR", spend: "950.00", converted_spend: "1030.00", newest_rate: "2026-03-31" };
  mockApi({ ...rest, "GET /overview": { ...overview, converted: [euros, yen] } });
  renderApp("/");
  const note = await screen.findByText(/European Central Bank's reference rate/);
  expect(note).toHaveTextContent("€950 (EUR) became $1,030 and ¥1,824,519 (JPY) became $12,163");
  expect(note).toHaveTextContent(/rates of Feb 27 . Mar 31, 2026/);
});

it("says what the changes of a range that is not over compare", async () => {
  mockApi({ ...rest, "GET /overview": { ...overview, end: "2026-04-30" } });
  renderApp("/");
  expect(await screen.findByText(/These days are not over: the changes compare 2 of them/)).toBeInTheDocument();
});

it("says that a coming range has no data", async () => {
  mockApi({ ...rest, "GET /overview": { ...overview, trend: [] } });
  renderApp("/");
  expect(await screen.findByText("No data in these days")).toBeInTheDocument();
});

it("keeps what is excluded of a coming range", async () => {
  mockApi({ ...rest, "GET /overview": { ...overview, trend: [], excluded: [kronor] } });
  renderApp("/");
  expect(await screen.findByText(/no exchange rate to USD/)).toBeInTheDocument();
  expect(screen.getByText("None of these days has come yet.")).toBeInTheDocument();
});

it("says whose revenue the total lacks", async () => {
  const [first] = overview.platforms;
  const silent = { ...first, platform: "display", revenue: null, roas: null };
  mockApi({ ...rest, "GET /overview": { ...overview, platforms: [first, silent] } });
  renderApp("/");
  expect(await screen.findByText(/Revenue is not known for Display/)).toBeInTheDocument();
});

it("says what the overall risk does not know of", async () => {
  const risk = { as_of: session.today, currency: "USD", overall: noRisk, campaigns: [], excluded: [kronor] };
  mockApi({ ...rest, "GET /overview": overview, "GET /risk": risk });
  renderApp("/");
  expect(await screen.findByText(/Not in the overall score:/)).toHaveTextContent(/12\.50 \(SEK\)/);
});

it("shows a campaign in the currency of its account", async () => {
  const campaign = {
    ...overview.totals,
    id: "c1",
    name: "Hoshi Coffee",
    platform: "meta",
    account_name: "Hoshi",
    status: "active",
    objective: null,
    daily_budget: null,
    currency: "JPY",
    spend: "1824519",
    change: overview.change,
    risk: null,
    risk_level: null,
  };
  mockApi({
    ...rest,
    "GET /overview": overview,
    "GET /campaigns": { items: [campaign], next_cursor: null, total: 1 },
  });
  renderApp("/");
  const row = (await screen.findByText("Hoshi Coffee")).closest("tr") as HTMLElement;
  expect(row).toHaveTextContent("¥1,824,519");
});

it("offers the next step when there is no data at all", async () => {
  mockApi({ ...rest, "GET /overview": { ...overview, first_day: null, last_day: null } });
  renderApp("/");
  expect(await screen.findByRole("link", { name: "Connect an account" })).toHaveAttribute("href", "/connections");
});

it("leads to the days that have data", async () => {
  const empty = { ...overview.totals, spend: "0.00", impressions: 0 };
  mockApi({
    ...rest,
    "GET /overview": { ...overview, totals: empty, previous: empty, first_day: "2020-04-01", last_day: "2020-06-30" },
  });
  const { router } = renderApp("/");
  await userEvent.click(await screen.findByRole("button", { name: /^Show/ }));
  expect(router.state.location.search).toMatchObject({ range: "custom", start: "2020-04-01", end: "2020-06-30" });
});

it("shows what failed with the request id and tries again", async () => {
  let fails = true;
  mockApi({ ...rest, "GET /overview": () => (fails ? problem(500, "The numbers could not be read.") : overview) });
  renderApp("/");
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("The numbers could not be read.");
  expect(alert).toHaveTextContent("request-1");
  fails = false;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("list", { name: "Key figures" })).toBeInTheDocument();
});
