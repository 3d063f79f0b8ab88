// TikTok's official SDK against the sandbox: what it accepts from the original it must accept from the emulator.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import {
  AccountManagementApi,
  AdApi,
  AdgroupApi,
  ApiClient,
  AuthenticationApi,
  CampaignCreationApi,
  ReportingApi
} from 'tiktok-business-api-sdk-official'
import { startSandbox } from '../meta/sandbox.js'

/** Days after which a day's numbers are final: younger ones may change between two questions. */
const SETTLED = 40
const PURCHASES = ['complete_payment', 'total_purchase', 'onsite_shopping']
const VALUES = ['total_complete_payment_rate', 'total_purchase_value', 'total_onsite_shopping_value']

let sandbox
let tiktok
let token
let account

before(async () => {
  sandbox = await startSandbox()
  tiktok = sandbox.access.tiktok
  token = tiktok.access_token
  account = tiktok.accounts[0].id
  ApiClient.instance.basePath = tiktok.url
})
after(async () => {
  assert.equal(await sandbox.stop(), 0, 'the sandbox ends cleanly on SIGTERM')
})
beforeEach(async () => {
  await sandbox.control('DELETE', 'faults')
})

/** One call of the SDK, whose last argument is a callback: the `data` of its answer. */
function ask(api, method, ...args) {
  return new Promise((resolve, reject) => {
    api[method](...args, (error, answer) => (error ? reject(error) : resolve(answer.data)))
  })
}

/** The days from `oldest` to `newest`, counted back from today. */
function daysBack(oldest, newest) {
  const day = (age) => new Date(Date.now() - age * 86_400_000).toISOString().slice(0, 10)
  return { start_date: day(oldest), end_date: day(newest) }
}

async function readAll(api, method, first, options) {
  const rows = []
  for (let page = 1; ; page++) {
    const data = await ask(api, method, first, token, { ...options, page })
    rows.push(...data.list)
    if (page >= data.page_info.total_page) return rows
  }
}

const report = (options) =>
  readAll(new ReportingApi(), 'reportIntegratedGet', 'BASIC', {
    advertiser_id: account,
    service_type: 'AUCTION',
    metrics: ['spend', 'impressions', 'clicks', 'engagements', ...PURCHASES, ...VALUES],
    page_size: 1000,
    ...options
  })

function assertTotals(rows, truth) {
  const sum = (...names) =>
    rows.reduce((total, row) => names.reduce((part, name) => part + Number(row.metrics[name]), total), 0)
  assert.equal(sum('spend').toFixed(2), Number(truth.total.spend).toFixed(2))
  assert.equal(sum('impressions'), truth.total.impressions)
  assert.equal(sum('clicks'), truth.total.link_clicks)
  assert.equal(sum('engagements'), truth.total.clicks)
  assert.equal(sum(...PURCHASES), truth.total.purchases)
  assert.equal(sum(...VALUES).toFixed(2), Number(truth.total.revenue).toFixed(2))
}

const truthOf = ({ start_date, end_date }) =>
  sandbox.control('GET', `truth?account=${account}&first=${start_date}&last=${end_date}`)

test('lists the ad accounts of the token', async () => {
  const { list } = await ask(new AuthenticationApi(), 'oauth2AdvertiserGet', tiktok.app_id, tiktok.app_secret, token)
  assert.deepEqual(
    list.map((found) => [found.advertiser_id, found.advertiser_name]),
    tiktok.accounts.map((known) => [known.id, known.name])
  )
})

test('describes an ad account', async () => {
  const fields = ['advertiser_id', 'name', 'currency', 'timezone', 'create_time']
  const { list } = await ask(new AccountManagementApi(), 'advertiserInfo', [account], token, { fields })
  const { name, currency, time_zone } = tiktok.accounts[0]
  assert.equal(typeof list[0].create_time, 'number')
  assert.deepEqual([list[0].name, list[0].currency, list[0].timezone], [name, currency, time_zone])
})

test('exchanges an authorization code for a token', async () => {
  const redirect_uri = 'http://127.0.0.1/back'
  const query = new URLSearchParams({ app_id: tiktok.app_id, state: 'x', redirect_uri })
  const page = await fetch(`${tiktok.url}/portal/auth?${query}`, { redirect: 'manual' })
  const auth_code = new URL(page.headers.get('location')).searchParams.get('auth_code')
  const body = { app_id: tiktok.app_id, secret: tiktok.app_secret, auth_code }
  const granted = await ask(new AuthenticationApi(), 'oauth2AccessToken', { body })
  assert.ok(granted.advertiser_ids.includes(account))
  const { list } = await ask(new AccountManagementApi(), 'advertiserInfo', [account], granted.access_token, {})
  assert.equal(list[0].advertiser_id, account)
  await assert.rejects(ask(new AuthenticationApi(), 'oauth2AccessToken', { body }), /code: 40110/)
})

test('pages through campaigns, ad groups and ads', async () => {
  const campaigns = await readAll(new CampaignCreationApi(), 'campaignGet', account, { page_size: 3 })
  assert.equal(campaigns.length, 8)
  assert.ok(campaigns.every((campaign) => typeof campaign.budget === 'number'))
  const groups = await readAll(new AdgroupApi(), 'adgroupGet', account, {
    fields: ['adgroup_id', 'campaign_id', 'secondary_status'],
    page_size: 7
  })
  const ids = new Set(campaigns.map((campaign) => campaign.campaign_id))
  assert.ok(groups.every((group) => ids.has(group.campaign_id)))
  const ads = await readAll(new AdApi(), 'adGet', account, { page_size: 100 })
  assert.ok(ads.length >= groups.length)
  assert.ok(ads.every((ad) => ad.ad_text && ad.image_ids.length === 1))
})

test('filters are objects', async () => {
  const api = new CampaignCreationApi()
  const known = await readAll(api, 'campaignGet', account, { page_size: 1000 })
  const filtering = JSON.stringify({ campaign_ids: [known[2].campaign_id] })
  const found = await readAll(api, 'campaignGet', account, { filtering })
  assert.deepEqual(
    found.map((campaign) => campaign.campaign_id),
    [known[2].campaign_id]
  )
})

for (const [level, dimension] of [
  ['AUCTION_AD', 'ad_id'],
  ['AUCTION_ADVERTISER', 'advertiser_id']
]) {
  test(`daily reports of ${level} add up to the truth`, async () => {
    const range = daysBack(SETTLED + 29, SETTLED)
    const rows = await report({ data_level: level, dimensions: [dimension, 'stat_time_day'], ...range })
    assertTotals(rows, await truthOf(range))
    const keys = rows.map((row) => `${row.dimensions[dimension]} ${row.dimensions.stat_time_day}`)
    assert.equal(new Set(keys).size, rows.length)
  })
}

test('parents are metrics, and every metric is a string', async () => {
  const rows = await report({
    data_level: 'AUCTION_AD',
    dimensions: ['ad_id'],
    metrics: ['campaign_id', 'adgroup_id', 'ad_name', 'spend', 'cpc'],
    ...daysBack(10, 3)
  })
  assert.ok(rows.length > 0)
  assert.ok(rows.every((row) => Object.values(row.metrics).every((value) => typeof value === 'string')))
})

test('one wrong metric fails the whole report', async () => {
  const options = { data_level: 'AUCTION_AD', dimensions: ['ad_id'], ...daysBack(3, 3) }
  await assert.rejects(report({ ...options, metrics: ['spend', 'no_such_metric'] }), /code: 40002/)
})

test('a revoked token and a foreign account are refused in the body', async () => {
  const { access_token } = await sandbox.control('POST', 'tokens', { platform: 'tiktok', state: 'revoked' })
  const info = (id, used) => ask(new AccountManagementApi(), 'advertiserInfo', [id], used, {})
  await assert.rejects(info(account, access_token), /code: 40105/)
  await assert.rejects(info(sandbox.access.accounts[0].id, token), /code: 40001/)
})

test('faults reach the caller as errors', async () => {
  const info = () => ask(new AccountManagementApi(), 'advertiserInfo', [account], token, {})
  for (const [kind, code, expected] of [
    ['throttle', 0, /code: 40100/],
    ['server_error', 0, /code: 50000/],
    ['server_error', 502, /Bad Gateway/],
    ['reset', 0, /./],
    ['truncated', 0, /./]
  ]) {
    await sandbox.control('POST', 'faults', { platform: 'tiktok', kind, count: 1, code })
    await assert.rejects(info(), (error) => expected.test(String(error)), kind)
  }
  assert.equal((await info()).list.length, 1)
})
