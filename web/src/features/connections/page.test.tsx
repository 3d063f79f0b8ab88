import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { SyncRun } from "@/api/types";
import { mockApi, problem } from "@/test/mock-api";
import { renderApp } from "@/test/render";
import { connection, meta, session } from "@/test/samples";

const rest = {
  "GET /session": session,
  "GET /platforms": { items: [meta] },
  "GET /recommendations": { as_of: session.today, currency: "USD", items: [], note: null },
};

const run: SyncRun = {
  id: "s1",
  state: "running",
  first_day: "2026-01-01",
  last_day: "2026-03-31",
  days_done: 30,
  days_total: 90,
  rows_loaded: 1200,
  rows_changed: 1200,
  activity: "Reading insights of Mar 1",
  error: null,
  created_at: "2026-03-31T00:00:00Z",
  started_at: null,
  finished_at: null,
};

it("builds the form from the platform's fields and shows the server's complaint beside its field", async () => {
  const seen = mockApi({
    ...rest,
    "GET /connections": { items: [] },
    "POST /connections": problem(422, "Meta refused.", [
      { pointer: "/credentials/access_token", detail: "Meta does not accept this token." },
    ]),
  });
  renderApp("/connections");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Add connection" }));
  await user.click(await screen.findByRole("button", { name: "Connect" }));
  expect(await screen.findByText("Enter the access token.")).toBeInTheDocument();
  expect(seen.some((request) => request.method === "POST")).toBe(false);

  await user.type(screen.getByLabelText("Ad account id"), "act_1");
  await user.type(screen.getByLabelText("Access token"), "broken");
  await user.click(screen.getByRole("button", { name: "Connect" }));
  expect(await screen.findByText("Meta does not accept this token.")).toBeInTheDocument();
  expect(screen.getByLabelText("Access token")).toBeInvalid();
  expect(seen.find((request) => request.method === "POST")?.body).toEqual({
    platform: "meta",
    external_account_id: "act_1",
    credentials: { access_token: "broken" },
  });
});

it("shows the progress of a running sync", async () => {
  mockApi({ ...rest, "GET /connections": { items: [{ ...connection, sync: run }] } });
  renderApp("/connections");
  expect(await screen.findByText("Reading insights of Mar 1")).toBeInTheDocument();
  expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "33");
  expect(screen.getByRole("button", { name: "Syncing" })).toBeDisabled();
});

it("tests a connection and says what came of it", async () => {
  mockApi({
    ...rest,
    "GET /connections": { items: [connection] },
    "POST /connections/c1/test": {
      ok: false,
      message: "The token expired.",
      account_name: null,
      currency: null,
      time_zone: null,
    },
  });
  renderApp("/connections");
  await userEvent.click(await screen.findByRole("button", { name: "Test connection" }));
  expect(await screen.findByText("The token expired.")).toBeInTheDocument();
});

it("deletes only after a confirmation", async () => {
  let items = [connection];
  const seen = mockApi({
    ...rest,
    "GET /connections": () => ({ items }),
    "DELETE /connections/c1": () => {
      items = [];
    },
  });
  renderApp("/connections");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "More for Ridge US" }));
  await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
  expect(seen.some((request) => request.method === "DELETE")).toBe(false);
  const dialog = await screen.findByRole("dialog");
  await user.click(within(dialog).getByRole("button", { name: "Delete connection" }));
  expect(await screen.findByText("Connect your first ad account")).toBeInTheDocument();
});

it("lets a viewer look only", async () => {
  mockApi({ ...rest, "GET /session": { ...session, role: "viewer" }, "GET /connections": { items: [connection] } });
  renderApp("/connections");
  expect(await screen.findByRole("heading", { name: "Ridge US" })).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Sync now" })).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Add connection" })).not.toBeInTheDocument();
});

it("shows how far the older days have come and how long the rest takes", async () => {
  const backfill = {
    state: "running" as const,
    first_day: "2023-03-08",
    last_day: "2025-12-31",
    days_done: 206,
    days_total: 1030,
    seconds_left: 720,
    error: null,
  };
  mockApi({ ...rest, "GET /connections": { items: [{ ...connection, backfill }] } });
  renderApp("/connections");
  expect(await screen.findByText("206 of 1,030 days · about 12 min left")).toBeInTheDocument();
  expect(screen.getByRole("progressbar", { name: /^Older days/ })).toHaveAttribute("aria-valuenow", "20");
});

it("changes how often a connection syncs", async () => {
  const seen = mockApi({
    ...rest,
    "GET /connections": { items: [connection] },
    "PATCH /connections/c1": connection,
  });
  renderApp("/connections");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: `More for ${connection.name}` }));
  await user.click(await screen.findByRole("menuitem", { name: "Edit name, schedule or token" }));
  await user.selectOptions(await screen.findByLabelText("Sync"), "Every hour");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  expect(seen.find((request) => request.method === "PATCH")?.body).toMatchObject({ sync_hours: 1 });
});
