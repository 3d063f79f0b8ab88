import { expect, inside as test, open } from "./support";

test("a wrong token is refused in plain words beside the form", async ({ page, complaints }) => {
  await open(page, "/connections", "Connections");
  await page.getByRole("button", { name: "Add connection" }).click();
  const dialog = page.getByRole("dialog");
  await dialog
    .getByLabel("Ad account id")
    .or(dialog.getByLabel(/account/i))
    .first()
    .fill("act_999999999");
  await dialog.getByLabel("Access token").fill("this-is-not-a-token");
  await dialog.getByRole("button", { name: "Test connection" }).click();
  await expect(dialog.getByRole("status").or(dialog.getByRole("alert"))).toContainText(/token|account/i);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  expect(complaints).toEqual([]);
});

test("the demonstration's connection answers and syncs with progress", async ({ page, complaints }) => {
  await open(page, "/connections", "Connections");
  const card = page
    .getByRole("listitem")
    .filter({ has: page.getByRole("button", { name: "Sync now" }) })
    .first();
  await card.getByRole("button", { name: "Test connection" }).click();
  await expect(card.getByRole("status").first()).not.toBeEmpty();
  const synced = page.waitForResponse((response) => response.url().endsWith("/sync") && response.status() === 202);
  await card.getByRole("button", { name: "Sync now" }).click();
  await synced;
  await expect(card.getByText(/Last sync covered/)).toBeVisible({ timeout: 60_000 });
  await expect(card.getByRole("button", { name: "Sync now" })).toBeEnabled();
  expect(complaints).toEqual([]);
});
