select
    cast(null as string) as contribution_code,
    cast(null as string) as period,
    cast(null as decimal(24, 4)) as value_low,
    cast(null as decimal(24, 4)) as value_high,
    cast(null as integer) as coverage_met,
    cast(null as integer) as coverage_due,
    cast(null as integer) as blank_count
where false
