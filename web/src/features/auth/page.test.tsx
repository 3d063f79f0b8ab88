import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { mockApi, problem } from "@/test/mock-api";
import { renderApp } from "@/test/render";
import { connection, session } from "@/test/samples";

it("leads to the login, keeps the message of a wrong password, and comes back to the page", async () => {
  const seen = mockApi({
    "GET /session": problem(401, "Log in to continue."),
    "POST /session": ({ body }: { body: unknown }) =>
      (body as { password: string }).password === "right" ? session : problem(401, "The password is wrong."),
    "GET /connections": { items: [connection] },
    "GET /recommendations": { items: [], note: null, as_of: session.today, currency: "USD" },
  });
  const { router } = renderApp("/connections?range=7d");
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText("E-mail"), "dana@example.com");
  await user.type(screen.getByLabelText("Password"), "wrong");
  await user.click(screen.getByRole("button", { name: "Log in" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The password is wrong.");

  await user.clear(screen.getByLabelText("Password"));
  await user.type(screen.getByLabelText("Password"), "right");
  await user.click(screen.getByRole("button", { name: "Log in" }));
  expect(await screen.findByRole("heading", { name: "Ridge US" })).toBeInTheDocument();
  expect(router.state.location.href).toBe("/connections?range=7d");
  expect(seen.filter((request) => request.path === "/session" && request.method === "POST")).toHaveLength(2);
});

it("asks for what is missing before it sends anything", async () => {
  mockApi({});
  renderApp("/login");
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText("E-mail"), "dana");
  await user.click(screen.getByRole("button", { name: "Log in" }));
  expect(await screen.findByText("Enter your password.")).toBeInTheDocument();
  expect(screen.getByLabelText("E-mail")).toHaveAccessibleDescription(/Enter an e-mail address/);
});
