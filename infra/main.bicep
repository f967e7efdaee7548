// Communications Credits on Azure; docs/deploy.md explains how to deploy it. No resource has a key in its settings.
// declared.json lists the names that the code uses too; tests/infra checks that both agree.
targetScope = 'subscription'

@description('Names this installation, such as trial or production; part of every resource\'s name through a hash.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('The region of all resources except Communication Services, which has only a geography.')
@minLength(1)
@metadata({ azd: { type: 'location' } })
param location string

@description('The issuer of bearer tokens; {tid} is replaced by the token\'s tenant (docs/settings.md).')
param tokensIssuer string

@description('The audience that tokens must have: with Entra ID, the application id that infra/register.sh prints.')
@minLength(1)
param tokensAudience string

@description('The tenants whose tokens may carry Credits.Operate: GUIDs, separated by commas. Never *: every customer could operate every account.')
@minLength(36)
param tokensOperatorTenants string

@description('Origins of portals whose pages may call the API from a browser, such as https://portal.example, separated by commas; empty: none.')
param corsOrigins string = ''

@description('Object id of the people, preferably a group, who may operate the ledger and store secrets; empty: nobody.')
param operatorId string = ''

@description('What operatorId is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param operatorType string = 'Group'

@description('Object ids of the service principals that may put messages on the queue usage, and do nothing else.')
param usageSenderIds string[] = []

@description('The e-mail addresses that get the alarms.')
param alarmAddresses string[] = []

@description('How many hours without a call set off the alarm usage-stopped; 0: no such alarm. Choose more than the longest usual silence, such as a night.')
@minValue(0)
@maxValue(24)
param usageSilenceHours int = 12

@description('A domain of your own for e-mail; empty: one that Azure manages, for trials (5 e-mails a minute).')
param mailDomain string = ''

@description('Set to true when the DNS records of mailDomain are verified; until then the domain is not linked.')
param mailDomainVerified bool = false

@description('Where e-mail is kept at rest.')
param mailGeography string = 'Europe'

@description('How the ledger\'s storage is copied: within a building (LRS), a region (ZRS), or to a second region (GZRS).')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS', 'Standard_RAGRS', 'Standard_RAGZRS'])
param ledgerRedundancy string = 'Standard_ZRS'

@description('Short names of further storage accounts, such as [\'two\', \'three\'], over which the ledgers of new tenants are spread (docs/scale.md). Never remove a name.')
param furtherLedgers ledgerNameType[] = []

@description('Memory of one instance.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('How many instances one function, or all of HTTP together, may grow to.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances that are kept warm: [{ name: \'http\', instanceCount: 1 }]; they cost money even when idle.')
param alwaysReady alwaysReadyType[] = []

@description('HTTP requests that one instance handles at a time.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 16

@description('Locks the ledger\'s storage and the vault, so that Azure refuses to delete them.')
param locked bool = true

@description('A deleted vault cannot be purged before its retention ends. Once on, it stays on.')
param purgeProtection bool = true

@description('How long logs and metrics are kept.')
@minValue(30)
@maxValue(730)
param retentionDays int = 90

@description('How much telemetry is accepted in a day, in GB; -1: no limit. Beyond it no alarm can go off.')
param dailyTelemetryGB int = -1

@description('Smallest amounts of further currencies, such as SEK=500,NOK=500 (docs/settings.md).')
param smallestPurchases string = ''

@description('The largest single charge by currency, such as USD=20000,EUR=20000 (docs/settings.md).')
param largestPurchases string = ''

@description('Minutes of plans that differ from the catalogue, such as MCOPSTN1/domestic/MX=1200 (docs/settings.md).')
param planMinutes string = ''

@description('Where organisations manage their accounts, such as https://portal.example: e-mails link to it. Empty: no portal (docs/settings.md).')
param portalAddress string = ''

@description('The portal\'s registration in Microsoft Entra: its application (client) id. Empty: nobody can sign in to the portal that the service serves.')
param portalClientId string = ''

@description('The publishable key of the Stripe account, with which the portal shows Stripe\'s form. It is public.')
param paymentsPublishableKey string = ''

@description('The name of this installation in its payments at Stripe; empty: the suffix of its resources\' names. An installation that takes over another\'s ledger needs that one\'s name (docs/settings.md).')
@maxLength(64)
param paymentsDeployment string = ''

@description('The bridge from AWS (docs/connect-aws.md): the URL of the SQS queue that announces objects; empty: no bridge.')
param sqsQueueUrl string = ''

@description('The region of that queue, such as eu-central-1; empty: no bridge.')
param sqsRegion string = ''

@description('The ARN of the role in AWS that trusts this installation\'s identity.')
param sqsRole string = ''

@description('The application in Entra ID whose tokens that role accepts, such as api://communications-credits-aws.')
param sqsAudience string = ''

@description('The usage profile that says whose calls the objects of AWS record.')
param sqsProfile string = ''

@description('The poller of Microsoft Graph (docs/connect-graph.md): tenants whose call logs are read: GUIDs, separated by commas; empty: no poller.')
param graphTenants string = ''

@description('The address of Microsoft Graph; empty: no poller.')
param graphAddress string = empty(graphTenants) ? '' : 'https://graph.microsoft.com'

@description('The application to which those tenants have consented; empty: this installation\'s identity asks, in its own tenant.')
param graphClientId string = ''

@description('The cost of a month at which alarmAddresses are notified, in the currency of the bill; 0: no budget.')
@minValue(0)
param monthlyBudget int = 0

@description('The first day of the month in which the budget began, such as 2026-12-01; never change it afterwards.')
param budgetFrom string = ''

@description('Further tags for all resources.')
param tags tagsType = {}

type alwaysReadyType = {
  @description('http, or function:<name>')
  name: string
  @minValue(0)
  instanceCount: int
}

@description('Part of a storage account\'s name; it is stored in the register of accounts permanently.')
@minLength(1)
@maxLength(7)
type ledgerNameType = string

type tagsType = {
  *: string
}

var token = toLower(uniqueString(subscription().id, environmentName, location))
var spread = join(
  map(furtherLedgers, place => '${place}=https://stcr${place}${token}.table.${environment().suffixes.storage}'),
  ','
)
var allTags = union(tags, { 'azd-env-name': environmentName, application: 'communications-credits' })

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-credits-${environmentName}'
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: 'id-credits-${token}'
    location: location
    tags: allTags
  }
}

module telemetry 'modules/telemetry.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: allTags
    retentionDays: retentionDays
    dailyTelemetryGB: dailyTelemetryGB
    identityPrincipalId: identity.outputs.principalId
  }
}

module hostStorage 'modules/host_storage.bicep' = {
  scope: group
  params: {
    name: 'stcrhost${token}'
    location: location
    tags: allTags
    identityPrincipalId: identity.outputs.principalId
  }
}

module ledger 'modules/ledger.bicep' = {
  scope: group
  params: {
    name: 'stcrledger${token}'
    location: location
    tags: allTags
    redundancy: ledgerRedundancy
    locked: locked
    identityPrincipalId: identity.outputs.principalId
    operatorId: operatorId
    operatorType: operatorType
    usageSenderIds: usageSenderIds
  }
}

module further 'modules/further_ledger.bicep' = [
  for ledgerName in furtherLedgers: {
    scope: group
    params: {
      name: 'stcr${ledgerName}${token}'
      location: location
      tags: allTags
      redundancy: ledgerRedundancy
      locked: locked
      identityPrincipalId: identity.outputs.principalId
      operatorId: operatorId
      operatorType: operatorType
    }
  }
]

module vault 'modules/vault.bicep' = {
  scope: group
  params: {
    name: 'kv-credits-${token}'
    location: location
    tags: allTags
    locked: locked
    purgeProtection: purgeProtection
    workspaceId: telemetry.outputs.workspaceId
    identityPrincipalId: identity.outputs.principalId
    operatorId: operatorId
    operatorType: operatorType
  }
}

module mail 'modules/mail.bicep' = {
  scope: group
  params: {
    token: token
    tags: allTags
    geography: mailGeography
    domain: mailDomain
    domainVerified: mailDomainVerified
    identityPrincipalId: identity.outputs.principalId
  }
}

module mailReports 'modules/mail_reports.bicep' = {
  scope: group
  params: {
    token: token
    tags: allTags
    communicationId: mail.outputs.communicationId
    ledgerName: ledger.outputs.name
  }
}

module app 'modules/app.bicep' = {
  scope: group
  dependsOn: [further]
  params: {
    token: token
    location: location
    tags: allTags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    hostStorageName: hostStorage.outputs.name
    packagesUrl: hostStorage.outputs.packagesUrl
    tableServiceUri: ledger.outputs.tableServiceUri
    queueServiceUri: ledger.outputs.queueServiceUri
    blobServiceUri: ledger.outputs.blobServiceUri
    vaultUri: vault.outputs.uri
    mailEndpoint: mail.outputs.endpoint
    mailSender: mail.outputs.sender
    telemetryConnection: telemetry.outputs.connection
    tokensIssuer: tokensIssuer
    tokensAudience: tokensAudience
    tokensOperatorTenants: tokensOperatorTenants
    corsOrigins: corsOrigins
    paymentsDeployment: empty(paymentsDeployment) ? token : paymentsDeployment
    smallestPurchases: smallestPurchases
    largestPurchases: largestPurchases
    planMinutes: planMinutes
    portalAddress: portalAddress
    portalClientId: portalClientId
    paymentsPublishableKey: paymentsPublishableKey
    sqsQueueUrl: sqsQueueUrl
    sqsRegion: sqsRegion
    sqsRole: sqsRole
    sqsAudience: sqsAudience
    sqsProfile: sqsProfile
    graphTenants: graphTenants
    graphAddress: graphAddress
    graphClientId: graphClientId
    spread: spread
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReady: alwaysReady
    httpConcurrency: httpConcurrency
  }
}

module alarms 'modules/alarms.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    workspaceId: telemetry.outputs.workspaceId
    addresses: alarmAddresses
    usageSilenceHours: usageSilenceHours
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    workspaceId: telemetry.outputs.workspaceId
  }
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0) {
  scope: group
  params: {
    amount: monthlyBudget
    from: budgetFrom
    addresses: alarmAddresses
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output CREDITS_APP string = app.outputs.name
output CREDITS_HTTP string = app.outputs.address
output CREDITS_LEDGER string = ledger.outputs.name
output CREDITS_VAULT string = vault.outputs.name
output CREDITS_AUDIENCE string = tokensAudience
