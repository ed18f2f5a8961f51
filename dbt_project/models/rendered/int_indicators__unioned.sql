-- generated from the program folders by `impact contract render`; do not edit
select *
from {{ ref('int_awards_summit__indicators') }}
union all
select *
from {{ ref('int_career_academy__indicators') }}
union all
select *
from {{ ref('int_cheer__indicators') }}
union all
select *
from {{ ref('int_chw_platform__indicators') }}
union all
select *
from {{ ref('int_coalition__indicators') }}
union all
select *
from {{ ref('int_community_of_practice__indicators') }}
union all
select *
from {{ ref('int_country_actions__indicators') }}
union all
select *
from {{ ref('int_dialogue_events__indicators') }}
union all
select *
from {{ ref('int_finance__indicators') }}
union all
select *
from {{ ref('int_first_5_minutes__indicators') }}
union all
select *
from {{ ref('int_heal__indicators') }}
union all
select *
from {{ ref('int_hemophilia_b__indicators') }}
union all
select *
from {{ ref('int_nextgen_scholarships__indicators') }}
union all
select *
from {{ ref('int_research_policy__indicators') }}
union all
select *
from {{ ref('int_trust_survey__indicators') }}
