// Meta's official SDK against the sandbox: what it accepts from the original it must accept from the emulator.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import sdk from 'facebook-nodejs-business-sdk'
import { startSandbox } from './sandbox.js'

const { AdAccount, AdReportRun, FacebookAdsApi, User } = sdk
/** Days after which a day's numbers are final: younger ones may change between two questions. */
const SETTLED = 40
const FIELDS = ['spend', 'impressions', 'clicks', 'actions', 'action_values']

let sandbox
let account
let accountId

before(async () => {
  sandbox = await startSandbox()
  // Getters without setters: only redefining them redirects the SDK.
  Object.defineProperty(FacebookAdsApi, 'GRAPH', { get: () => sandbox.access.url, configurable: true })
  Object.defineProperty(FacebookAdsApi, 'VERSION', { get: () => 'v26.0', configurable: true })
  accountId = sandbox.access.accounts[0].id
})
after(async () => {
  assert.equal(await sandbox.stop(), 0, 'the sandbox ends cleanly on SIGTERM')
})
beforeEach(async () => {
  await sandbox.control('DELETE', 'faults')
  connect(sandbox.access.access_token)
})

function connect(token) {
  // Objects keep the API that was the default when they were made.
  const api = FacebookAdsApi.init(token, 'en_US', false)
  account = new AdAccount(`act_${accountId}`)
  return api
}

/** The days from `oldest` to `newest`, counted back from today. */
function daysBack(oldest, newest) {
  const day = (age) => new Date(Date.now() - age * 86_400_000).toISOString().slice(0, 10)
  return { since: day(oldest), until: day(newest) }
}

async function readAll(cursor) {
  const rows = []
  for (let page = cursor; ; page = await page.next()) {
    rows.push(...page)
    if (!page.hasNext()) return rows
  }
}

const action = (row, list, type) => Number(row[list]?.find((entry) => entry.action_type === type)?.value ?? 0)

function assertTotals(rows, truth) {
  const sum = (value) => rows.reduce((total, row) => total + value(row), 0)
  assert.equal(sum((row) => Number(row.spend)).toFixed(2), Number(truth.total.spend).toFixed(2))
  assert.equal(sum((row) => Number(row.impressions)), truth.total.impressions)
  assert.equal(sum((row) => Number(row.clicks)), truth.total.clicks)
  assert.equal(sum((row) => action(row, 'actions', 'omni_purchase')), truth.total.purchases)
  assert.equal(sum((row) => action(row, 'action_values', 'omni_purchase')).toFixed(2), Number(truth.total.revenue).toFixed(2))
}

async function truthOf({ since, until }) {
  return sandbox.control('GET', `truth?account=${accountId}&first=${since}&last=${until}`)
}

test('lists the ad accounts of the token', async () => {
  const accounts = await readAll(await new User('me').getAdAccounts(['name', 'currency', 'timezone_name']))
  assert.deepEqual(
    accounts.map((found) => found.name),
    sandbox.access.accounts.map((known) => known.name)
  )
})

test('lists campaigns', async () => {
  const fields = ['name', 'objective', 'effective_status', 'daily_budget', 'start_time', 'stop_time']
  const campaigns = await readAll(await account.getCampaigns(fields, { limit: 10 }))
  assert.equal(campaigns.length, 24)
  assert.equal(new Set(campaigns.map((campaign) => campaign.id)).size, 24)
  assert.ok(campaigns.every((campaign) => campaign.objective.startsWith('OUTCOME_')))
  assert.ok(campaigns.some((campaign) => campaign.effective_status === 'PAUSED'))
})

test('pages through ads with their creatives', async () => {
  const all = await readAll(await account.getAds(['name', 'creative{id,title,body}', 'adset{name}'], { limit: 7 }))
  const whole = await readAll(await account.getAds(['name'], { limit: 500 }))
  assert.deepEqual(
    all.map((ad) => ad.id),
    whole.map((ad) => ad.id)
  )
  assert.ok(all.every((ad) => ad.creative.id && ad.adset.name))
})

test('daily insights per ad add up to the truth', async () => {
  const range = daysBack(60, SETTLED)
  const params = { level: 'ad', time_range: range, time_increment: 1, limit: 200 }
  const rows = await readAll(await account.getInsights(['ad_id', ...FIELDS], params))
  assertTotals(rows, await truthOf(range))
  assert.equal(new Set(rows.map((row) => `${row.ad_id} ${row.date_start}`)).size, rows.length)
})

test('an asynchronous report runs to completion and adds up to the truth', async () => {
  const range = daysBack(80, SETTLED)
  const started = await account.getInsightsAsync(FIELDS, { level: 'campaign', time_range: range, time_increment: 1 })
  const run = new AdReportRun(null, { report_run_id: started.id ?? started.report_run_id })
  const seen = new Set()
  const deadline = Date.now() + 30_000
  for (let state = {}; state.async_status !== 'Job Completed' || state.async_percent_completion !== 100; await wait(20)) {
    assert.ok(Date.now() < deadline, `the report did not complete: ${[...seen]}`)
    state = await run.get([])
    seen.add(state.async_status)
    assert.notEqual(state.async_status, 'Job Failed')
  }
  assert.ok(seen.size > 1, 'it was seen on its way')
  assertTotals(await readAll(await run.getInsights([], { limit: 100 })), await truthOf(range))
})

test('an expired token gives 190/463', async () => {
  const { access_token } = await sandbox.control('POST', 'tokens', { state: 'expired' })
  connect(access_token)
  await assert.rejects(account.getCampaigns(['name']), (error) => {
    assert.equal(error.status, 400)
    assert.equal(error.response.code, 190)
    assert.equal(error.response.error_subcode, 463)
    assert.equal(error.response.type, 'OAuthException')
    return true
  })
})

test('a throttled account gives the limit error and says in a header when to come back', async () => {
  await sandbox.control('POST', 'faults', { platform: 'meta', account: accountId, kind: 'throttle', seconds: 90 })
  await assert.rejects(account.getInsights(['spend'], {}), (error) => {
    assert.equal(error.response.code, 80000)
    assert.equal(error.response.error_subcode, 2446079)
    const usage = JSON.parse(error.headers['x-business-use-case-usage'])[accountId][0]
    assert.equal(usage.type, 'ads_insights')
    assert.equal(usage.call_count, 100)
    assert.equal(usage.estimated_time_to_regain_access, 2)
    return true
  })
  await sandbox.control('DELETE', 'faults')
  assert.equal([...(await account.getInsights(['spend'], {}))].length, 1)
})

test('usage headers come with every page', async () => {
  connect(sandbox.access.access_token).setShowHeader(true)
  const cursor = await account.getInsights(['spend'], { date_preset: 'last_7d' })
  const throttle = JSON.parse(cursor.headers['x-fb-ads-insights-throttle'])
  assert.equal(throttle.ads_api_access_tier, 'standard_access')
  assert.ok(JSON.parse(cursor.headers['x-ad-account-usage']).acc_id_util_pct >= 0)
})

test('an unknown field is refused with code 100', async () => {
  await assert.rejects(account.getCampaigns(['no_such_field']), (error) => error.response.code === 100)
})

test('a connection that breaks reaches the caller as an error', async () => {
  for (const kind of ['reset', 'truncated']) {
    await sandbox.control('POST', 'faults', { platform: 'meta', kind, count: 1 })
    await assert.rejects(account.getCampaigns(['name']))
  }
  assert.ok([...(await account.getCampaigns(['name']))].length > 0)
})

test('conversions of a past day settle as time goes by', async () => {
  const range = daysBack(1, 1)
  const purchases = async () => (await truthOf(range)).total.purchases
  const early = await purchases()
  await sandbox.control('POST', 'advance', { days: 8 })
  const later = await purchases()
  assert.ok(later > early, `${later} purchases after a week, ${early} at first`)
})
