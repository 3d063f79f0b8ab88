import { address, expect, logIn, product, test } from "./support";

test("a wrong password is refused in words, the right one opens the page that was asked for", async ({
  page,
  complaints,
}) => {
  await page.goto(address("/campaigns?sort=roas"));
  await expect(page).toHaveURL(/\/login\?next=/);
  await expect(page.getByLabel("E-mail")).toBeFocused();
  await page.getByLabel("E-mail").fill(product.email());
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert")).not.toBeEmpty();
  await expect(page).toHaveURL(/\/login/);

  await page.getByLabel("Password").fill(product.password());
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Campaigns" })).toBeVisible();
  await expect(page).toHaveURL(/sort=roas/);
  expect(complaints).toEqual([]);
});

test("logging out ends the session", async ({ page, complaints }) => {
  await logIn(page);
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await expect(page.getByRole("button", { name: "Log in" })).toBeVisible();
  await page.goto(address("/settings"));
  await expect(page).toHaveURL(/\/login/);
  expect(complaints).toEqual([]);
});

test("a page that does not exist says so", async ({ page, complaints }) => {
  await page.goto(address("/nothing-here"));
  await expect(page.getByRole("heading", { name: "This page does not exist" })).toBeVisible();
  expect(complaints).toEqual([]);
});
