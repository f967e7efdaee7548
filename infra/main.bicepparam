// The parameters of `azd up`. Every value is from azd's environment; `azd env set NAME value` sets one.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param tokensIssuer = readEnvironmentVariable('CREDITS_ISSUER')
param tokensAudience = readEnvironmentVariable('CREDITS_AUDIENCE')
param tokensOperatorTenants = readEnvironmentVariable('CREDITS_OPERATOR_TENANTS')
param operatorId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param operatorType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')
param alarmAddresses = empty(readEnvironmentVariable('CREDITS_ALARMS_TO', '')) ? [] : split(readEnvironmentVariable('CREDITS_ALARMS_TO', ''), ',')
param usageSilenceHours = 0
param ledgerRedundancy = 'Standard_LRS'
param locked = false
param purgeProtection = false
param retentionDays = 30
