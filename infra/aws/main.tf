terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

data "aws_caller_identity" "current" {}

locals {
  policies = toset(["serving", "sealing", "lifecycle", "never"])

  # Who gets what. The API has two roles: one answers users, the other seals what they bring.
  roles = {
    serving = { trusted = var.trusted_principals.api, policies = ["serving", "never"] }
    sealing = { trusted = var.trusted_principals.api, policies = ["sealing", "never"] }
    worker  = { trusted = var.trusted_principals.worker, policies = ["sealing", "lifecycle", "never"] }
  }

  attachments = merge([
    for role, what in local.roles : {
      for policy in what.policies : "${role}-${policy}" => { role = role, policy = policy }
    }
  ]...)
}

resource "aws_iam_policy" "lethe" {
  for_each = local.policies
  name     = "${var.name}-kms-${each.key}"
  policy   = file("${path.module}/policies/${each.key}.json")
}

resource "aws_iam_role" "lethe" {
  for_each = local.roles
  name     = "${var.name}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ProcessesOfTheService"
      Effect    = "Allow"
      Principal = { AWS = each.value.trusted }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "lethe" {
  for_each   = local.attachments
  role       = aws_iam_role.lethe[each.value.role].name
  policy_arn = aws_iam_policy.lethe[each.value.policy].arn
}
