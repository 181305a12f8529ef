output "role_arns" {
  description = "For the profiles that the processes run with."
  value       = { for role, one in aws_iam_role.lethe : role => one.arn }
}

output "key_policy" {
  description = "Contents of the file that AWS_KMS_KEY_POLICY names: the service makes keys by itself, one a tenant and epoch."
  value       = templatefile("${path.module}/policies/key-policy.json.tftpl", { account_id = data.aws_caller_identity.current.account_id })
}
