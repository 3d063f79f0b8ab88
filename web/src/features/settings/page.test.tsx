import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { mockApi, problem } from "@/test/mock-api";
import { renderApp } from "@/test/render";
import { session } from "@/test/samples";

const rest = {
  "GET /connections": { items: [] },
  "GET /recommendations": { as_of: session.today, currency: "USD", items: [], note: null },
};

it("sends the change and keeps what the server says beside the field", async () => {
  const seen = mockApi({
    ...rest,
    "GET /session": session,
    "PATCH /organization": problem(422, "Check the fields.", [{ pointer: "/name", detail: "This name is taken." }]),
  });
  renderApp("/settings");
  const user = userEvent.setup();
  const target = await screen.findByLabelText(/Target ROAS/);
  await user.clear(target);
  await user.type(target, "-1");
  await user.click(screen.getByRole("button", { name: "Save settings" }));
  expect(await screen.findByText(/Enter a number above 0/)).toBeInTheDocument();

  await user.clear(target);
  await user.type(target, "2,5");
  await user.click(screen.getByRole("button", { name: "Save settings" }));
  expect(await screen.findByText("This name is taken.")).toBeInTheDocument();
  expect(seen.find((request) => request.method === "PATCH")?.body).toEqual({
    name: "Ridge Outdoor",
    reporting_currency: "USD",
    time_zone: "UTC",
    target_roas: 2.5,
  });
});

it("is read only for a viewer", async () => {
  mockApi({ ...rest, "GET /session": { ...session, role: "viewer" } });
  renderApp("/settings");
  expect(await screen.findByLabelText("Name")).toBeDisabled();
  expect(screen.queryByRole("button", { name: "Save settings" })).not.toBeInTheDocument();
});
