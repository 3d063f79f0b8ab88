import { expect, inside as test, open } from "./support";

const CSV = `Day;Campaign;Views;Clicks;Cost
01/02/2024;Winter sale;1.000;30;12,50
02/02/2024;Winter sale;1.100;33;13,00
03/02/2024;Winter sale;oops;31;12,75
`;

test("maps, checks and imports a file, and the dashboard shows its days", async ({ page, complaints }) => {
  await open(page, "/import", "Import");
  await page
    .getByLabel("Choose a file")
    .setInputFiles({ name: "winter.csv", mimeType: "text/csv", buffer: Buffer.from(CSV) });
  await page.getByLabel("What Day is").selectOption("date");
  await page.getByLabel("What Campaign is").selectOption("campaign");
  await page.getByLabel("What Views is").selectOption("impressions");
  await page.getByLabel("What Clicks is").selectOption("clicks");
  await page.getByLabel("What Cost is").selectOption("spend");
  await page.getByLabel("Order of day and month").selectOption("dmy");
  await page.getByLabel("Decimals").selectOption("comma");
  await page.getByLabel("Currency").fill("USD");
  await page.getByLabel("Platform").fill("display");
  await page.getByRole("button", { name: "Check the file" }).click();

  await expect(page.getByText(/1 line cannot be read/)).toBeVisible();
  await expect(page.getByRole("region", { name: "Lines that cannot be read" })).toContainText("4");
  const start = page.getByRole("button", { name: /^Import \d/ });
  await expect(start).toBeDisabled();
  await page.getByLabel(/Skip this line/).check();
  await start.click();
  await expect(page.getByText("winter.csv is imported")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("table", { name: "Past imports" })).toContainText("winter.csv");

  await open(page, "/?range=custom&start=2024-02-01&end=2024-02-02", "Dashboard");
  await expect(page.getByRole("list", { name: "Key figures" })).toContainText("2,100");
  await expect(page.getByRole("list", { name: "Key figures" })).toContainText("25.50");
  expect(complaints).toEqual([]);
});
