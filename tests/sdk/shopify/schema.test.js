// What the façade offers must exist in Shopify's own schema, with the same types; and it must refuse what a GraphQL
// library refuses by the same schema.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { buildClientSchema, buildSchema, isInterfaceType, isUnionType, parse, printType, validate } from 'graphql'
import { startSandbox } from '../meta/sandbox.js'

const FILE = 'data/admin_2026-10.json.gz'

let sandbox
let ours
let theirs

before(async () => {
  sandbox = await startSandbox(['--shopify-plus'])
  ours = buildSchema((await sandbox.control('GET', 'schema')).sdl)
  const file = new URL(FILE, import.meta.resolve('@shopify/dev-mcp'))
  const document = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'))
  theirs = buildClientSchema(document.data ?? document)
})
after(async () => {
  assert.equal(await sandbox.stop(), 0)
})

const offered = () => Object.values(ours.getTypeMap()).filter((type) => !type.name.startsWith('__'))

test('every type, field and argument is the platform’s', () => {
  let compared = 0
  for (const type of offered()) {
    const known = theirs.getType(type.name)
    assert.ok(known, `the platform has no type ${type.name}`)
    assert.equal(type.constructor.name, known.constructor.name, type.name)
    for (const field of Object.values(type.getFields?.() ?? {})) {
      const place = `${type.name}.${field.name}`
      const original = known.getFields()[field.name]
      assert.ok(original, `the platform has no field ${place}`)
      assert.equal(String(field.type), String(original.type), place)
      assert.equal(field.deprecationReason != null, original.deprecationReason != null, `${place}: deprecated`)
      for (const argument of field.args ?? []) {
        const same = original.args.find((one) => one.name === argument.name)
        assert.ok(same, `the platform has no argument ${place}(${argument.name})`)
        assert.equal(String(argument.type), String(same.type), `${place}(${argument.name})`)
        assert.deepEqual(argument.defaultValue, same.defaultValue, `${place}(${argument.name}): default`)
      }
      // An argument or a field of an input that the platform demands may not be missing here.
      for (const argument of original.args ?? []) {
        const demanded = String(argument.type).endsWith('!') && argument.defaultValue === undefined
        assert.ok(!demanded || field.args.some((one) => one.name === argument.name), `${place}(${argument.name})`)
      }
      compared++
    }
  }
  assert.ok(compared > 400, `only ${compared} fields were compared`)
})

test('every value of an enumeration, interface and union is the platform’s', () => {
  for (const type of offered()) {
    const known = theirs.getType(type.name)
    for (const value of type.getValues?.() ?? []) assert.ok(known.getValue(value.name), `${type.name}.${value.name}`)
    for (const general of type.getInterfaces?.() ?? []) {
      const names = known.getInterfaces().map((one) => one.name)
      assert.ok(names.includes(general.name), `${type.name} is no ${general.name}`)
    }
    if (!isUnionType(type) && !isInterfaceType(type)) continue
    for (const member of ours.getPossibleTypes(type)) {
      assert.ok(theirs.isSubType(known, theirs.getType(member.name)), `${member.name} is no ${type.name}\n${printType(type)}`)
    }
  }
})

const QUERIES = [
  ['{ shop { name } }', true],
  ['{ shop { nope } }', false],
  ['{ shop }', false],
  ['{ shop { name { x } } }', false],
  ['{ orders(first: 1) { nodes { id ... on Order { name } } } }', true],
  ['{ orders(first: 1) { nodes { ... on Customer { id } } } }', false],
  ['{ orders(first: "1") { nodes { id } } }', false],
  ['{ orders(first: 1, sortKey: UPDATED_AT) { nodes { id } } }', true],
  ['{ orders(first: 1, sortKey: "UPDATED_AT") { nodes { id } } }', false],
  ['{ orders(first: 1, sortKey: NOPE) { nodes { id } } }', false],
  ['{ order { id } }', false],
  ['query ($id: ID!) { order(id: $id) { id } }', true],
  ['query ($id: ID) { order(id: $id) { id } }', false],
  ['query ($id: String!) { order(id: $id) { id } }', false],
  ['query ($id: ID!) { shop { name } }', false],
  ['{ order(id: $id) { id } }', false],
  ['{ shop { ...F } } fragment F on Shop { name }', true],
  ['{ shop { ...F } }', false],
  ['{ shop { name } } fragment F on Shop { name }', false],
  ['{ shop { ...F } } fragment F on Nope { name }', false],
  ['{ node(id: 1) { ... on Order { name } } }', true],
  ['{ shop { name @include(if: true) } }', true],
  ['{ shop { name @include } }', false],
  ['{ shop { name @nope } }', false],
  ['{ shop { x: name x: email } }', false],
  ['{ shop { x: name y: name } }', true],
  ['mutation { webhookSubscriptionDelete(id: 1) { userErrors { message } } }', true],
  ['mutation { webhookSubscriptionCreate(topic: SHOP_UPDATE, webhookSubscription: {nope: 1}) { userErrors { message } } }', false],
  ['mutation { webhookSubscriptionCreate(topic: SHOP_UPDATE, webhookSubscription: {uri: 5}) { userErrors { message } } }', false]
]

test('refuses what a library refuses by the same schema', async () => {
  const { url, access_token, shops } = sandbox.access.shopify
  for (const [query, valid] of QUERIES) {
    assert.equal(validate(ours, parse(query)).length === 0, valid, `the library on ${query}`)
    if (valid && query.startsWith('mutation')) continue
    const response = await fetch(`${url}/${shops[0].domain}/admin/api/2026-10/graphql.json`, {
      method: 'POST',
      headers: { 'X-Shopify-Access-Token': access_token, 'Content-Type': 'application/json' },
      body: JSON.stringify({ query, variables: { id: 'gid://shopify/Order/1' } })
    })
    const answer = await response.json()
    const codes = (answer.errors ?? []).map((error) => error.extensions?.code)
    const carriedOut = 'data' in answer || codes.includes('RESOURCE_NOT_FOUND')
    assert.equal(carriedOut, valid, `the façade on ${query}: ${JSON.stringify(answer)}`)
  }
})
