import { expect, inside as test, open } from "./support";

test("shows the key figures, the trend and the three modules", async ({ page, complaints }) => {
  await open(page, "/", "Dashboard");
  const tiles = page.getByRole("list", { name: "Key figures" });
  await expect(tiles.getByRole("listitem")).toHaveCount(8);
  for (const label of ["Spend", "Revenue", "ROAS", "CPA", "Impressions", "Clicks", "CTR", "CPC"]) {
    await expect(tiles.getByText(label, { exact: true })).toBeVisible();
  }
  for (const module of ["Memory", "Oracle", "Curiosity"]) {
    await expect(page.getByRole("heading", { level: 2, name: module })).toBeVisible();
  }
  await expect(page.locator("canvas")).toBeVisible();
  await expect(page.getByRole("table", { name: "Figures per platform" })).toContainText("Meta Ads");
  await page.getByText("How this score is made").click();
  expect(complaints).toEqual([]);
});

test("the chart answers the pointer and can be read as a table", async ({ page, complaints }) => {
  await open(page, "/", "Dashboard");
  const canvas = page.locator("canvas");
  await canvas.hover({ position: { x: 200, y: 100 } });
  await expect(page.getByText("ROAS", { exact: true }).last()).toBeVisible();
  await page.getByRole("button", { name: "Table" }).click();
  await expect(page.getByRole("region", { name: "Days as a table" }).getByRole("row")).toHaveCount(31);
  expect(complaints).toEqual([]);
});

test("the range lives in the address and stays on the way to other pages", async ({ page, complaints }) => {
  await open(page, "/", "Dashboard");
  const before = await page.getByRole("list", { name: "Key figures" }).textContent();
  await page.getByRole("button", { name: /Last 30 days/ }).click();
  await page.getByRole("button", { name: "Last 7 days" }).click();
  await expect(page).toHaveURL(/range=7d/);
  await expect(page.getByRole("list", { name: "Key figures" })).not.toHaveText(before ?? "");
  await page.getByRole("link", { name: "Campaigns", exact: true }).click();
  await expect(page).toHaveURL(/campaigns\?range=7d/);
  await expect(page.getByRole("button", { name: /Last 7 days/ })).toBeVisible();
  expect(complaints).toEqual([]);
});
