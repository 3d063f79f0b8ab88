// Shopify's official library against the sandbox: what it accepts from the original it must accept from the emulator.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startSandbox } from '../meta/sandbox.js'
import { connect, readAll, sessionOf } from './shop.js'

/** A day long enough ago that nothing of it changes any more. */
const SETTLED = 50

let sandbox
let access
let shop
let shopify
let client

before(async () => {
  sandbox = await startSandbox(['--shopify-plus', '--webhook-retry-milliseconds', '20'])
  access = sandbox.access.shopify
  shop = access.shops[0].domain
  shopify = connect(access)
  client = new shopify.clients.Graphql({ session: sessionOf(shop, access.access_token) })
})
after(async () => {
  assert.equal(await sandbox.stop(), 0, 'the sandbox ends cleanly on SIGTERM')
})
beforeEach(async () => {
  await sandbox.control('DELETE', 'faults')
})

const dayBack = (age) => new Date(Date.now() - age * 86_400_000).toISOString().slice(0, 10)

/** The first instant of a local day of New York, found by asking what hour it is there. */
function begins(day) {
  for (const hour of [4, 5]) {
    const instant = new Date(`${day}T0${hour}:00:00Z`)
    const local = instant.toLocaleString('en-GB', { timeZone: 'America/New_York' })
    if (local.endsWith('00:00:00')) return instant.toISOString()
  }
  throw new Error(`no midnight on ${day}`)
}

/** Serves `answer(request, body)` and gathers what came. */
async function listen(answer) {
  const received = []
  const server = createServer((request, response) => {
    const pieces = []
    request.on('data', (piece) => pieces.push(piece))
    request.on('end', () => {
      const message = { request, body: Buffer.concat(pieces).toString('utf8') }
      received.push(message)
      response.statusCode = answer(received.length, message)
      response.end()
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const until = async (count) => {
    for (let i = 0; i < 500 && received.length < count; i++) await wait(20)
    assert.ok(received.length >= count, `${received.length} of ${count} messages came`)
    return received
  }
  return { url: `http://127.0.0.1:${server.address().port}/hooks`, received, until, close: () => server.close() }
}

const validate = ({ request, body }) => shopify.webhooks.validate({ rawBody: body, rawRequest: request, rawResponse: {} })

async function subscribe(topic, uri) {
  const { data } = await client.request(
    `mutation ($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) {
      webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) {
        webhookSubscription { id } userErrors { field message } } }`,
    { variables: { topic, input: { uri } } }
  )
  assert.deepEqual(data.webhookSubscriptionCreate.userErrors, [])
  return data.webhookSubscriptionCreate.webhookSubscription.id
}

test('describes the shop', async () => {
  const { data, extensions } = await client.request('{ shop { name myshopifyDomain currencyCode ianaTimezone } }')
  const { domain, name, currency, time_zone } = access.shops[0]
  assert.deepEqual(data.shop, { name, myshopifyDomain: domain, currencyCode: currency, ianaTimezone: time_zone })
  assert.equal(extensions.cost.throttleStatus.maximumAvailable, 20_000)
})

test('orders of a day add up to the truth', async () => {
  const day = dayBack(SETTLED)
  const next = dayBack(SETTLED - 1)
  const orders = await readAll(
    client,
    'orders',
    `, query: "processed_at:>='${begins(day)}' AND processed_at:<'${begins(next)}' AND test:false"`,
    `totalDiscountsSet { shopMoney { amount } } totalShippingPriceSet { shopMoney { amount } }
     lineItems(first: 7) { nodes { isGiftCard originalTotalSet { shopMoney { amount } } } }`,
    25
  )
  const { total } = await sandbox.control('GET', `truth?shop=${shop}&day=${day}`)
  const sum = (amounts) => amounts.reduce((left, bag) => left + Number(bag.shopMoney.amount), 0).toFixed(2)
  assert.equal(orders.length, total.orders)
  assert.equal(sum(orders.map((order) => order.totalDiscountsSet)), total.discounts)
  assert.equal(sum(orders.map((order) => order.totalShippingPriceSet)), total.shipping)
  const goods = orders.flatMap((order) => order.lineItems.nodes.filter((line) => !line.isGiftCard))
  assert.equal(sum(goods.map((line) => line.originalTotalSet)), total.gross_sales)
})

test('the library sees errors as it knows them', async () => {
  await assert.rejects(client.request('{ shop { nope } }'), (error) => {
    assert.equal(error.constructor.name, 'GraphqlQueryError')
    assert.equal(error.body.errors.graphQLErrors[0].extensions.code, 'undefinedField')
    return true
  })
  const stranger = new shopify.clients.Graphql({ session: sessionOf(shop, 'shpat_unknown') })
  await assert.rejects(stranger.request('{ shop { name } }'), (error) => error.response.code === 401)
})

test('the library retries what the platform asks to retry', async () => {
  for (const code of [429, 503]) {
    const body = { platform: 'shopify', account: shop, kind: 'server_error', code, count: 1 }
    await sandbox.control('POST', 'faults', body)
    const { data } = await client.request('{ shop { name } }', { retries: 2 })
    assert.equal(data.shop.name, access.shops[0].name)
  }
  await sandbox.control('POST', 'faults', { platform: 'shopify', account: shop, kind: 'throttle', count: 1 })
  await assert.rejects(client.request('{ shop { name } }', { retries: 2 }), (error) => {
    assert.equal(error.body.errors.graphQLErrors[0].extensions.code, 'THROTTLED')
    return true
  })
})

test('grants, refreshes and migrates tokens', async () => {
  const responses = []
  const answer = () => {
    const response = {
      headers: {},
      getHeaders: () => response.headers,
      setHeader: (name, value) => (response.headers[name.toLowerCase()] = value),
      end: () => {}
    }
    responses.push(response)
    return response
  }
  const agent = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0' }
  const authorize = async (expiring) => {
    const begun = answer()
    const rawRequest = { url: '/auth', method: 'GET', headers: { host: 'app.example.com', ...agent } }
    await shopify.auth.begin({ shop, callbackPath: '/back', isOnline: false, rawRequest, rawResponse: begun })
    const consent = new URL(begun.headers.location)
    const page = await fetch(`${access.url}${consent.pathname}${consent.search}`, {
      redirect: 'manual',
      headers: { 'X-Forwarded-Host': consent.host }
    })
    const back = new URL(page.headers.get('location'))
    const cookie = [begun.headers['set-cookie']].flat().map((one) => one.split(';')[0]).join('; ')
    const request = { url: back.pathname + back.search, method: 'GET', headers: { host: back.host, cookie, ...agent } }
    return shopify.auth.callback({ expiring, rawRequest: request, rawResponse: answer() })
  }

  const { session } = await authorize(true)
  assert.ok(session.expires > new Date(Date.now() + 3_500_000))
  const scopes = new shopify.clients.Graphql({ session })
  const { data } = await scopes.request('{ currentAppInstallation { accessScopes { handle } } }')
  assert.deepEqual(
    data.currentAppInstallation.accessScopes.map((scope) => scope.handle),
    ['read_all_orders', 'read_customers', 'read_orders', 'read_products']
  )
  const renewed = await shopify.auth.refreshToken({ shop, refreshToken: session.refreshToken })
  assert.notEqual(renewed.session.accessToken, session.accessToken)
  await new shopify.clients.Graphql({ session: renewed.session }).request('{ shop { name } }')
  await assert.rejects(shopify.auth.refreshToken({ shop, refreshToken: 'shprt_unknown' }))

  const lasting = (await authorize(false)).session
  assert.equal(lasting.expires, undefined)
  const migrated = await shopify.auth.migrateToExpiringToken({ shop, nonExpiringOfflineAccessToken: lasting.accessToken })
  await new shopify.clients.Graphql({ session: migrated.session }).request('{ shop { name } }')
  await assert.rejects(new shopify.clients.Graphql({ session: lasting }).request('{ shop { name } }'))

  const own = await shopify.auth.clientCredentials({ shop })
  await new shopify.clients.Graphql({ session: own.session }).request('{ shop { name } }')
})

test('a bulk operation leaves a file of lines', async () => {
  const filter = `processed_at:>='${begins(dayBack(12))}' AND processed_at:<'${begins(dayBack(11))}'`
  const bulk = `{ orders(query: "${filter}") { edges { node { id lineItems { edges { node { id quantity } } } } } } }`
  const started = await client.request(
    `mutation ($query: String!) { bulkOperationRunQuery(query: $query) {
      bulkOperation { id status } userErrors { field message code } } }`,
    { variables: { query: bulk } }
  )
  assert.deepEqual(started.data.bulkOperationRunQuery.userErrors, [])
  const { id } = started.data.bulkOperationRunQuery.bulkOperation
  let operation
  do {
    await wait(50)
    const query = 'query ($id: ID!) { bulkOperation(id: $id) { status objectCount fileSize url } }'
    operation = (await client.request(query, { variables: { id } })).data.bulkOperation
  } while (operation.status === 'CREATED' || operation.status === 'RUNNING')
  assert.equal(operation.status, 'COMPLETED')
  const text = await (await fetch(operation.url)).text()
  const lines = text.trimEnd().split('\n').map((line) => JSON.parse(line))
  assert.equal(text.length, Number(operation.fileSize))
  assert.equal(lines.length, Number(operation.objectCount))
  const orders = await readAll(client, 'orders', `, query: "${filter}"`, 'id', 250)
  const roots = lines.filter((line) => !line.__parentId)
  assert.deepEqual(roots.map((line) => line.id).sort(), orders.map((order) => order.id).sort())
})

test('webhooks pass the check of the library, also repeated and out of order', async () => {
  const receiver = await listen(() => 200)
  await subscribe('ORDERS_UPDATED', receiver.url)
  const body = { shop, topic: 'orders/updated', count: 3, copies: 2, reversed: true }
  assert.equal((await sandbox.control('POST', 'webhooks', body)).messages, 3)
  const received = await receiver.until(6)
  const checks = []
  for (const message of received.slice(0, 6)) checks.push(await validate(message))
  receiver.close()
  assert.ok(checks.every((check) => check.valid && check.domain === shop))
  assert.equal(checks[0].topic, 'ORDERS_UPDATED')
  const ids = checks.map((check) => check.webhookId)
  assert.equal(new Set(ids).size, 3)
  assert.equal(ids[0], ids[1])
  const times = received.slice(0, 6).map(({ request }) => request.headers['x-shopify-triggered-at'])
  assert.ok(times[0] >= times[2] && times[2] >= times[4], 'the newest comes first')
  const forged = { ...received[0], body: received[0].body.replace('"id"', '"Id"') }
  assert.equal((await validate(forged)).reason, 'invalid_hmac')
})

test('a webhook is tried again, and given up in the end', async () => {
  const stubborn = await listen((count) => (count < 4 ? 500 : 200))
  const kept = await subscribe('ORDERS_CREATE', stubborn.url)
  await sandbox.control('POST', 'webhooks', { shop, topic: 'orders/create' })
  const attempts = await stubborn.until(4)
  stubborn.close()
  const ids = attempts.slice(0, 4).map(({ request }) => request.headers['x-shopify-webhook-id'])
  assert.equal(new Set(ids).size, 1)

  const dead = await listen(() => 503)
  const lost = await subscribe('ORDERS_CANCELLED', dead.url)
  await sandbox.control('POST', 'webhooks', { shop, topic: 'orders/cancelled' })
  await dead.until(9)
  const query = 'query ($id: ID!) { webhookSubscription(id: $id) { id } }'
  const left = async (id) => (await client.request(query, { variables: { id } })).data.webhookSubscription
  for (let i = 0; i < 100 && (await left(lost)); i++) await wait(20)
  dead.close()
  assert.equal(await left(lost), null)
  assert.equal((await left(kept)).id, kept)
})

test('privacy topics come without a subscription', async () => {
  const receiver = await listen(() => 200)
  for (const topic of ['customers/data_request', 'customers/redact', 'shop/redact']) {
    await sandbox.control('POST', 'webhooks', { shop, topic, uri: receiver.url })
  }
  const received = await receiver.until(3)
  receiver.close()
  for (const message of received) assert.equal((await validate(message)).valid, true)
  assert.deepEqual(received.map(({ request }) => request.headers['x-shopify-topic']).sort(), [
    'customers/data_request',
    'customers/redact',
    'shop/redact'
  ])
})

test('a removed app has no access', async () => {
  const receiver = await listen(() => 200)
  const other = access.shops[2].domain
  const there = new shopify.clients.Graphql({ session: sessionOf(other, access.access_token) })
  await there.request(
    `mutation ($uri: String!) { webhookSubscriptionCreate(topic: APP_UNINSTALLED, webhookSubscription: { uri: $uri }) {
      userErrors { message } } }`,
    { variables: { uri: receiver.url } }
  )
  await sandbox.control('POST', 'uninstall', { shop: other })
  const [message] = await receiver.until(1)
  receiver.close()
  assert.equal((await validate(message)).topic, 'APP_UNINSTALLED')
  await assert.rejects(there.request('{ shop { name } }'), (error) => error.response.code === 401)
})
