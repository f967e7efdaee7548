// The function app, on Flex Consumption: while nothing arrives, nothing runs and nothing is paid for.
param token string
param location string
param tags object
param identityId string
param identityClientId string
param hostStorageName string
param packagesUrl string
param tableServiceUri string
param queueServiceUri string
param blobServiceUri string
param vaultUri string
param mailEndpoint string
param mailSender string
param telemetryConnection string
param tokensIssuer string
param tokensAudience string
param tokensOperatorTenants string
param corsOrigins string
param paymentsDeployment string
param smallestPurchases string
param largestPurchases string
param planMinutes string
param portalAddress string
param portalClientId string
param paymentsPublishableKey string
param sqsQueueUrl string
param sqsRegion string
param sqsRole string
param sqsAudience string
param sqsProfile string
param graphTenants string
param graphAddress string
param graphClientId string
param spread string
param instanceMemoryMB int
param maximumInstanceCount int
param alwaysReady array
param httpConcurrency int

var declared = loadJsonContent('../declared.json')

// One setting a line, because tests/infra reads them here.
var settings = [
  { name: 'AzureWebJobsStorage__accountName', value: hostStorageName }
  { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
  { name: 'AzureWebJobsStorage__clientId', value: identityClientId }
  { name: 'CreditsStorage__tableServiceUri', value: tableServiceUri }
  { name: 'CreditsStorage__queueServiceUri', value: queueServiceUri }
  { name: 'CreditsStorage__blobServiceUri', value: blobServiceUri }
  { name: 'CreditsStorage__credential', value: 'managedidentity' }
  { name: 'CreditsStorage__clientId', value: identityClientId }
  { name: 'CreditsStorage__spread', value: spread }
  { name: 'Tables__client', value: 'lean' }
  { name: 'Queues__apiVersion', value: '2025-11-05' }
  { name: 'Payments__key', value: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/payments-key)' }
  { name: 'Payments__webhookSecrets', value: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/payments-webhook-secrets)' }
  { name: 'Payments__deployment', value: paymentsDeployment }
  { name: 'Payments__publishableKey', value: paymentsPublishableKey }
  { name: 'Mail__endpoint', value: mailEndpoint }
  { name: 'Mail__sender', value: mailSender }
  { name: 'Portal__address', value: portalAddress }
  { name: 'Portal__clientId', value: portalClientId }
  { name: 'Tokens__issuer', value: tokensIssuer }
  { name: 'Tokens__audience', value: tokensAudience }
  { name: 'Tokens__operatorTenants', value: tokensOperatorTenants }
  { name: 'Cors__origins', value: corsOrigins }
  { name: 'Throttle__requestsPerMinute', value: '1200' }
  { name: 'Throttle__cardAttemptsPerHour', value: '60' }
  { name: 'Throttle__cardDeclinesPerHour', value: '10' }
  { name: 'Lots__graceHours', value: '72' }
  { name: 'AutoRecharge__largestChargePauseMinutes', value: '60' }
  { name: 'Recharge__burstMax', value: '10' }
  { name: 'Purchases__smallest', value: smallestPurchases }
  { name: 'Purchases__largest', value: largestPurchases }
  { name: 'Plans__minutes', value: planMinutes }
  { name: 'Calls__settlementMarginSeconds', value: '120' }
  { name: 'Suspense__keepClosedDays', value: '90' }
  { name: 'Suspense__keepDays', value: '400' }
  { name: 'CallRecords__keepDays', value: '400' }
  { name: 'NightlyAudit__wholeDays', value: '28' }
  { name: 'Sqs__queueUrl', value: sqsQueueUrl }
  { name: 'Sqs__region', value: sqsRegion }
  { name: 'Sqs__role', value: sqsRole }
  { name: 'Sqs__audience', value: sqsAudience }
  { name: 'Sqs__profile', value: sqsProfile }
  { name: 'Graph__tenants', value: graphTenants }
  { name: 'Graph__address', value: graphAddress }
  { name: 'Graph__clientId', value: graphClientId }
  { name: 'Graph__overlapHours', value: '72' }
  { name: 'AZURE_CLIENT_ID', value: identityClientId }
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: telemetryConnection }
  { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${identityClientId};Authorization=AAD' }
  { name: 'PYTHON_ENABLE_OPENTELEMETRY', value: 'true' }
]
var schedules = concat(map(items(declared.schedules), timer => { name: timer.key, value: timer.value }), switches)
// A timer that has nothing to collect would cost as much as one that has.
var switches = [
  { name: 'AzureWebJobs.sqs_bridge.Disabled', value: empty(sqsQueueUrl) || empty(sqsRegion) ? 'true' : 'false' }
  { name: 'AzureWebJobs.graph_poller.Disabled', value: empty(graphTenants) || empty(graphAddress) ? 'true' : 'false' }
]

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  // checkov:skip=CKV_AZURE_225:zones cost instances that are always ready; calls wait on a queue while a zone does not answer
  name: 'plan-credits-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  // checkov:skip=CKV_AZURE_17:callers have a bearer token or Stripe's signature, no certificate
  // checkov:skip=CKV_AZURE_18:it is not documented whether Flex Consumption accepts http20Enabled
  // checkov:skip=CKV_AZURE_67:it is not documented whether Flex Consumption accepts http20Enabled
  // checkov:skip=CKV_AZURE_78:Flex Consumption refuses ftpsState (51021); the publishing policy ftp below forbids FTP
  // checkov:skip=CKV_AZURE_212:instances follow the load; alwaysReady says how many stay warm
  // checkov:skip=CKV_AZURE_213:Flex Consumption replaces instances itself; the alarms usage-not-measured and server-errors notice an app that is down
  // checkov:skip=CKV_AZURE_222:portals and Stripe's webhooks come from the internet
  name: 'func-credits-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'credits' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identityId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packagesUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'python', version: '3.13' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady
        triggers: { http: { perInstanceConcurrency: httpConcurrency } }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      appSettings: concat(settings, schedules)
    }
  }
}

resource noPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = [
  for way in ['ftp', 'scm']: {
    parent: site
    name: way
    properties: { allow: false }
  }
]

output name string = site.name
output address string = 'https://${site.properties.defaultHostName}'
