#!/bin/sh
# Lets this repository's workflow deploy one installation without a secret. Creates two identities: one may only read,
# for the environment without reviewers; the other may change the installation's resource group, for the environment with
# reviewers. Prints the variables that the environments need. Running it again changes nothing; do that if Azure does not
# yet find a role or an identity that was just created.
# Usage: sh infra/trust_github.sh ENVIRONMENT OWNER/REPOSITORY GROUP, where GROUP is a resource group for the identities;
# CREDITS_LOCATION is the installation's region (westeurope).
set -eu
here=$(dirname "$0")
environment=$1 repository=$2 group=$3
location=${CREDITS_LOCATION:-westeurope}
subscription="/subscriptions/$(az account show --query id --output tsv)"
installation="$subscription/resourceGroups/rg-credits-$environment"

# An identity that only GitHub's environment "$2" can use: no branch, no pull request, no other repository.
trusted() {
    az identity create --resource-group "$group" --name "$1" --location "$location" --output none
    az identity federated-credential create --resource-group "$group" --identity-name "$1" --name github --output none \
        --issuer https://token.actions.githubusercontent.com --audiences api://AzureADTokenExchange \
        --subject "repo:$repository:environment:$2"
}
asked() { az identity show --resource-group "$group" --name "$1" --query "$2" --output tsv; }

# grant IDENTITY ROLE SCOPE [CONDITION...]
grant() {
    principal=$(asked "$1" principalId) role=$2 scope=$3
    shift 3
    az role assignment create --assignee-object-id "$principal" --assignee-principal-type ServicePrincipal \
        --role "$role" --scope "$scope" --output none "$@"
}

# Creates a role of infra/github_roles.json for this installation, unless it exists already; prints its name.
own_role() {
    name="Communications Credits $environment: $1"
    found=$(az role definition list --custom-role-only true --name "$name" --query '[0].roleName' --output tsv)
    if [ -z "$found" ]; then
        az role definition create --output none --role-definition "$(python3 -c "
import json, sys
path, role, name, scope = sys.argv[1:]
given = json.load(open(path))[role]
print(json.dumps({'Name': name, 'Description': given['description'], 'Actions': given['actions'], 'AssignableScopes': [scope]}))
" "$here/github_roles.json" "$1" "$name" "$subscription")"
    fi
    echo "$name"
}

# The condition that only the roles in infra/declared.json may be granted or revoked, so the identity cannot become an
# owner.
declared_only() {
    python3 -c "
import json, sys
ids = ', '.join(sorted(json.load(open(sys.argv[1]))['roleIds'].values()))
given = '@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {' + ids + '}'
taken = given.replace('@Request', '@Resource')
write, delete = ('!(ActionMatches{\'Microsoft.Authorization/roleAssignments/' + verb + '\'})' for verb in ('write', 'delete'))
print(f'(({write}) OR ({given})) AND (({delete}) OR ({taken}))')
" "$here/declared.json"
}

az group create --name "rg-credits-$environment" --location "$location" --output none
reader="github-credits-$environment-what-if" deployer="github-credits-$environment"

trusted "$reader" "$environment-what-if"
grant "$reader" Reader "$installation"
grant "$reader" "$(own_role what-if)" "$subscription"

trusted "$deployer" "$environment"
grant "$deployer" "$(own_role deployments)" "$subscription"
grant "$deployer" Contributor "$installation"
grant "$deployer" "$(own_role locks)" "$installation"
grant "$deployer" 'Role Based Access Control Administrator' "$installation" --condition-version 2.0 --condition "$(declared_only)"

echo "environment $environment-what-if: AZURE_WHAT_IF_CLIENT_ID=$(asked "$reader" clientId)"
echo "environment $environment: AZURE_DEPLOY_CLIENT_ID=$(asked "$deployer" clientId)"
