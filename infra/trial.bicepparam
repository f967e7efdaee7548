// A trial: cheap, can be deleted completely, e-mail from a domain that Azure manages.
using 'main.bicep'

param environmentName = 'trial'
param location = readEnvironmentVariable('CREDITS_LOCATION', 'westeurope')
param tokensIssuer = readEnvironmentVariable('CREDITS_ISSUER')
param tokensAudience = readEnvironmentVariable('CREDITS_AUDIENCE')
param tokensOperatorTenants = readEnvironmentVariable('CREDITS_OPERATOR_TENANTS')
param operatorId = readEnvironmentVariable('CREDITS_OPERATOR', '')
param operatorType = 'User'
param alarmAddresses = []
param usageSilenceHours = 0
param ledgerRedundancy = 'Standard_LRS'
param locked = false
param purgeProtection = false
param retentionDays = 30
param dailyTelemetryGB = 1
