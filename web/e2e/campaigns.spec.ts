import { expect, inside as test, open } from "./support";

const names = "tbody button.font-medium";

test("searches, sorts and pages", async ({ page, complaints }) => {
  await open(page, "/campaigns", "Campaigns");
  const count = page.getByRole("search").getByRole("status");
  await expect(count).toHaveText(/^[\d,]+ of [\d,]+$/);
  const first = (await page.locator(names).first().textContent()) ?? "";

  await page.keyboard.press("/");
  await expect(page.getByLabel("Search campaigns")).toBeFocused();
  await page.keyboard.type(first);
  await expect(page).toHaveURL(/search=/);
  await expect(page.locator(names).first()).toHaveText(first);
  await page.getByLabel("Search campaigns").fill("no campaign has this name");
  await expect(page.getByRole("heading", { name: "No campaign matches" })).toBeVisible();
  await page.getByRole("button", { name: "Clear search and filters" }).click();
  await expect(page.locator(names).first()).toHaveText(first);

  await page
    .getByRole("button", { name: "Campaign", exact: true })
    .or(page.getByRole("columnheader", { name: "Campaign" }))
    .first()
    .click();
  await page.getByRole("button", { name: "ROAS", exact: true }).click();
  await expect(page).toHaveURL(/sort=roas/);
  await expect(page.getByRole("columnheader", { name: "ROAS", exact: true })).toHaveAttribute(
    "aria-sort",
    "descending",
  );

  const [shown, total] = ((await count.textContent()) ?? "").split(" of ");
  if (shown !== total) {
    await page.getByRole("region", { name: "Campaigns" }).evaluate((box) => box.scrollTo({ top: box.scrollHeight }));
    await expect(count).not.toHaveText(`${shown} of ${total}`);
  }
  expect(complaints).toEqual([]);
});

test("opens a campaign beside the list and on its own page", async ({ page, complaints }) => {
  await open(page, "/campaigns", "Campaigns");
  const name = (await page.locator(names).first().textContent()) ?? "";
  await page.locator(names).first().click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByRole("heading", { level: 2, name })).toBeVisible();
  await expect(sheet.getByRole("heading", { name: "Ads" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await expect(page.locator(names).first()).toBeFocused();
  await page.locator(names).first().click();
  await sheet.getByRole("link", { name: "Open as a page" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await page.goBack();
  await expect(sheet).toBeVisible();
  expect(complaints).toEqual([]);
});

test("an address with words that no filter knows shows all campaigns", async ({ page, complaints }) => {
  await open(page, "/campaigns?status=foo&sort=bar", "Campaigns");
  await expect(page.locator(names).first()).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Spend", exact: true })).toHaveAttribute(
    "aria-sort",
    "descending",
  );
  expect(complaints).toEqual([]);
});
