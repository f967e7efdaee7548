// Production: a copy in a second region, locks against deletion, HTTP without cold starts.
using 'main.bicep'

param environmentName = 'production'
param location = readEnvironmentVariable('CREDITS_LOCATION', 'westeurope')
param tokensIssuer = readEnvironmentVariable('CREDITS_ISSUER')
param tokensAudience = readEnvironmentVariable('CREDITS_AUDIENCE')
param tokensOperatorTenants = readEnvironmentVariable('CREDITS_OPERATOR_TENANTS')
param operatorId = readEnvironmentVariable('CREDITS_OPERATORS')
param operatorType = 'Group'
param usageSenderIds = empty(readEnvironmentVariable('CREDITS_USAGE_SENDERS', '')) ? [] : split(readEnvironmentVariable('CREDITS_USAGE_SENDERS', ''), ',')
param alarmAddresses = split(readEnvironmentVariable('CREDITS_ALARMS_TO'), ',')
param mailDomain = readEnvironmentVariable('CREDITS_MAIL_DOMAIN')
param mailDomainVerified = readEnvironmentVariable('CREDITS_MAIL_DOMAIN_VERIFIED', 'false') == 'true'
param sqsQueueUrl = readEnvironmentVariable('CREDITS_SQS_QUEUE_URL', '')
param sqsRegion = readEnvironmentVariable('CREDITS_SQS_REGION', '')
param sqsRole = readEnvironmentVariable('CREDITS_SQS_ROLE', '')
param sqsAudience = readEnvironmentVariable('CREDITS_SQS_AUDIENCE', '')
param sqsProfile = readEnvironmentVariable('CREDITS_SQS_PROFILE', '')
param graphTenants = readEnvironmentVariable('CREDITS_GRAPH_TENANTS', '')
param graphClientId = readEnvironmentVariable('CREDITS_GRAPH_CLIENT_ID', '')
param ledgerRedundancy = 'Standard_GZRS'
param maximumInstanceCount = 100
param alwaysReady = [
  { name: 'http', instanceCount: 1 }
  { name: 'function:record_usage', instanceCount: 1 }
]
param locked = true
param purgeProtection = true
param retentionDays = 90
