// Google's own REST transport and the protos of v25 against the sandbox.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { OAuth2Client } from 'google-auth-library'
import gax from 'google-gax'
import { startSandbox } from '../meta/sandbox.js'
import { loadServices, V25, violations } from './protos.js'

/** Days after which a day's numbers are final: younger ones may change between two questions. */
const SETTLED = 40

let sandbox
let google
let customerId
let token
let ads
let customers

before(async () => {
  sandbox = await startSandbox()
  google = sandbox.access.google
  customerId = google.accounts[0].id
  token = (await login().getAccessToken()).token
  const root = await loadServices('services/google_ads_service.proto', 'services/customer_service.proto', 'errors/errors.proto')
  ads = await stub(root, 'GoogleAdsService')
  customers = await stub(root, 'CustomerService')
})
after(async () => {
  assert.equal(await sandbox.stop(), 0, 'the sandbox ends cleanly on SIGTERM')
})
beforeEach(async () => {
  await sandbox.control('DELETE', 'faults')
})

/** Google's OAuth client, pointed at the sandbox's token endpoint. */
function login(refreshToken = google.refresh_token) {
  const client = new OAuth2Client({
    clientId: google.client_id,
    clientSecret: google.client_secret,
    endpoints: { oauth2TokenUrl: google.token_url }
  })
  client.setCredentials({ refresh_token: refreshToken })
  return client
}

async function stub(root, service) {
  const authClient = new OAuth2Client()
  authClient.setCredentials({ access_token: token })
  const { hostname, port } = new URL(google.url)
  const client = new gax.fallback.GrpcClient({ fallback: true, protocol: 'http', authClient })
  const options = { servicePath: hostname, port: Number(port), protocol: 'http', fallback: true, scopes: [] }
  return client.createStub(root.lookupService(`${V25}.services.${service}`), options, true)
}

function unary(service, method, request, metadata = {}) {
  return new Promise((resolve, reject) => {
    service[method](request, metadata, {}, (error, response) => (error ? reject(error) : resolve(response)))
  })
}

const search = (query, request = {}) => unary(ads, 'search', { customerId, query, ...request })

/** The reply as it is on the wire. */
async function raw(method, body) {
  const response = await fetch(`${google.url}/v25/customers/${customerId}/googleAds:${method}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body)
  })
  assert.ok(response.headers.get('request-id'))
  return { status: response.status, document: await response.json() }
}

/** The days from `oldest` to `newest`, counted back from today. */
function daysBack(oldest, newest) {
  const day = (age) => new Date(Date.now() - age * 86_400_000).toISOString().slice(0, 10)
  return { first: day(oldest), last: day(newest) }
}
const RANGE = daysBack(SETTLED + 29, SETTLED)
const WHERE = `WHERE segments.date BETWEEN '${RANGE.first}' AND '${RANGE.last}'`
const FIGURES = 'metrics.impressions, metrics.clicks, metrics.cost_micros, metrics.conversions, metrics.conversions_value, metrics.all_conversions, metrics.interactions'

/** Queries of the reference, for every resource that the sandbox has. */
const QUERIES = [
  'SELECT customer.id, customer.descriptive_name, customer.currency_code, customer.time_zone, customer.manager, customer.test_account, customer.status, customer.auto_tagging_enabled, customer.conversion_tracking_setting.google_ads_conversion_customer, customer.conversion_tracking_setting.conversion_tracking_status FROM customer LIMIT 1',
  "SELECT customer_client.id, customer_client.client_customer, customer_client.level, customer_client.manager, customer_client.hidden, customer_client.status, customer_client.descriptive_name FROM customer_client WHERE customer_client.status = 'ENABLED'",
  "SELECT campaign.id, campaign.name, campaign.status, campaign.serving_status, campaign.primary_status, campaign.primary_status_reasons, campaign.advertising_channel_type, campaign.advertising_channel_sub_type, campaign.bidding_strategy_type, campaign.target_cpa.target_cpa_micros, campaign.optimization_score, campaign.start_date_time, campaign.end_date_time, campaign.campaign_budget, campaign.contains_eu_political_advertising, campaign.missing_eu_political_advertising_declaration, campaign_budget.id, campaign_budget.name, campaign_budget.amount_micros, campaign_budget.total_amount_micros, campaign_budget.period, campaign_budget.delivery_method, campaign_budget.explicitly_shared, campaign_budget.reference_count, campaign_budget.status FROM campaign WHERE campaign.status != 'REMOVED'",
  'SELECT ad_group.id, ad_group.name, ad_group.status, ad_group.primary_status, ad_group.type, ad_group.campaign, ad_group.cpc_bid_micros, campaign.id FROM ad_group',
  'SELECT ad_group_ad.ad.id, ad_group_ad.ad.name, ad_group_ad.ad.type, ad_group_ad.status, ad_group_ad.primary_status, ad_group_ad.ad_strength, ad_group_ad.policy_summary.approval_status, ad_group_ad.policy_summary.review_status, ad_group_ad.ad.final_urls, ad_group_ad.ad.responsive_search_ad.headlines, ad_group_ad.ad.responsive_search_ad.descriptions, ad_group_ad.ad.responsive_search_ad.path1, ad_group_ad.ad.responsive_display_ad.headlines, ad_group_ad.ad.responsive_display_ad.long_headline, ad_group_ad.ad.responsive_display_ad.descriptions, ad_group_ad.ad.responsive_display_ad.business_name, ad_group_ad.ad.responsive_display_ad.marketing_images, ad_group_ad.ad.image_ad.pixel_width, ad_group_ad.ad.video_ad.video.asset, ad_group_ad.ad.video_responsive_ad.headlines, ad_group_ad.ad.video_responsive_ad.long_headlines, ad_group_ad.ad.demand_gen_multi_asset_ad.headlines, ad_group_ad.ad.demand_gen_multi_asset_ad.business_name, ad_group_ad.ad.demand_gen_multi_asset_ad.marketing_images, ad_group_ad.ad.app_ad.headlines, ad_group.id, campaign.id FROM ad_group_ad',
  'SELECT asset_group.id, asset_group.name, asset_group.status, asset_group.primary_status, asset_group.ad_strength, campaign.id FROM asset_group',
  'SELECT conversion_action.id, conversion_action.name, conversion_action.category, conversion_action.status, conversion_action.primary_for_goal, conversion_action.include_in_conversions_metric, conversion_action.click_through_lookback_window_days FROM conversion_action',
  `SELECT campaign.id, segments.date, ${FIGURES}, metrics.ctr, metrics.average_cpc, metrics.average_cpm, metrics.engagements, metrics.video_trueview_views, metrics.search_impression_share FROM campaign ${WHERE} LIMIT 100`,
  `SELECT campaign.id, ad_group.id, ad_group_ad.ad.id, segments.date, ${FIGURES}, metrics.video_quartile_p100_rate FROM ad_group_ad ${WHERE} LIMIT 100`,
  `SELECT asset_group.id, segments.date, ${FIGURES} FROM asset_group ${WHERE} LIMIT 100`,
  `SELECT campaign.id, segments.conversion_action_category, metrics.conversions, metrics.all_conversions FROM campaign ${WHERE} LIMIT 100`
]

async function pages(query) {
  const rows = []
  let pageToken = ''
  do {
    const page = await search(query, { pageToken })
    rows.push(...page.results)
    pageToken = page.nextPageToken
  } while (pageToken)
  return rows
}

function stream(query) {
  return new Promise((resolve, reject) => {
    const rows = []
    ads
      .searchStream({ customerId, query }, {}, {})
      .on('data', (batch) => rows.push(...batch.results))
      .on('error', reject)
      .on('end', () => resolve(rows))
  })
}

const sum = (rows, value) => rows.reduce((total, row) => total + value(row), 0)

test('the OAuth client exchanges a refresh token and learns that one is dead', async () => {
  assert.match(token, /^ya29\./)
  const { refresh_token: dead } = await sandbox.control('POST', 'tokens', { platform: 'google', state: 'expired' })
  await assert.rejects(login(dead).getAccessToken(), /invalid_grant/)
})

test('the accounts are listed', async () => {
  const { resourceNames } = await unary(customers, 'listAccessibleCustomers', {})
  for (const account of google.accounts) assert.ok(resourceNames.includes(`customers/${account.id}`))
})

test('every reply is what the protos of v25 say', async () => {
  const wrong = { results: [{ campaign: { id: 5, status: 'ASLEEP', colour: 'red' } }] }
  assert.equal(violations(`${V25}.services.SearchGoogleAdsResponse`, wrong).length, 3, 'the walker notices')
  for (const query of QUERIES) {
    const page = await raw('search', { query, searchSettings: { returnTotalResultsCount: true } })
    assert.equal(page.status, 200, `${query}: ${JSON.stringify(page.document)}`)
    assert.ok(page.document.results.length > 0, query)
    assert.deepEqual(violations(`${V25}.services.SearchGoogleAdsResponse`, page.document), [], query)
    const batches = await raw('searchStream', { query })
    for (const batch of batches.document) {
      assert.deepEqual(violations(`${V25}.services.SearchGoogleAdsStreamResponse`, batch), [], query)
    }
  }
})

test('the transport reads entities', async () => {
  const campaigns = await pages(QUERIES[2])
  assert.ok(campaigns.length >= 10)
  for (const { campaign, campaignBudget } of campaigns) {
    assert.match(campaign.resourceName, /^customers\/\d+\/campaigns\/\d+$/)
    assert.ok(Number(campaignBudget.amountMicros) > 0)
  }
  const found = await pages(QUERIES[4])
  assert.ok(found.some(({ adGroupAd }) => adGroupAd.ad.responsiveSearchAd?.headlines?.length >= 3))
})

test('figures are what the market knows, paged and streamed', async () => {
  const truth = (await sandbox.control('GET', `truth?account=${customerId}&first=${RANGE.first}&last=${RANGE.last}`)).total
  const account = await pages(`SELECT segments.date, ${FIGURES} FROM customer ${WHERE}`)
  const figure = (name) => (row) => Number(row.metrics[name])
  assert.equal(account.length, 30)
  assert.equal(sum(account, figure('impressions')), truth.impressions)
  assert.equal(sum(account, figure('clicks')), truth.clicks)
  assert.equal((sum(account, figure('costMicros')) / 1e6).toFixed(2), Number(truth.spend).toFixed(2))
  const purchases = `SELECT segments.date, segments.conversion_action_category, metrics.conversions, metrics.conversions_value FROM customer ${WHERE} AND segments.conversion_action_category = 'PURCHASE'`
  const bought = await stream(purchases)
  assert.equal(sum(bought, figure('conversions')), truth.purchases)
  assert.equal(sum(bought, figure('conversionsValue')).toFixed(2), Number(truth.revenue).toFixed(2))
  const streamed = await stream(`SELECT campaign.id, segments.date, ${FIGURES} FROM campaign ${WHERE}`)
  assert.equal(sum(streamed, figure('costMicros')), sum(account, figure('costMicros')))
})

test('the transport understands refusals', async () => {
  await assert.rejects(search('SELECT metrics.video_views FROM campaign'), (error) => error.code === 3)
  for (const method of ['search', 'searchStream']) {
    const { status, document } = await raw(method, { query: 'SELECT metrics.video_views FROM campaign' })
    assert.equal(status, 400)
    assertFailure(method === 'search' ? document : document[0], 'queryError', 'UNRECOGNIZED_FIELD')
  }
  await sandbox.control('POST', 'faults', { platform: 'google', kind: 'throttle', code: 2 })
  const { status, document } = await raw('search', { query: QUERIES[0] })
  assert.equal(status, 429)
  assertFailure(document, 'quotaError', 'RESOURCE_EXHAUSTED')
})

function assertFailure({ error }, category, code) {
  const { '@type': type, ...failure } = error.details[0]
  assert.equal(type, `type.googleapis.com/${V25}.errors.GoogleAdsFailure`)
  assert.deepEqual(violations(`${V25}.errors.GoogleAdsFailure`, failure), [])
  assert.deepEqual(failure.errors[0].errorCode, { [category]: code })
}

test('unknown members of a request are refused', async () => {
  assert.equal((await raw('search', { query: QUERIES[0], pageSize: 5 })).status, 400)
  assert.equal((await raw('search', { query: QUERIES[0], colour: 'red' })).status, 400)
})
