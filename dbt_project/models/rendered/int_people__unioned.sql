-- generated from the program folders by `impact contract render`; do not edit
select *
from {{ ref('int_awards_summit__people') }}
union all
select *
from {{ ref('int_community_of_practice__people') }}
union all
select *
from {{ ref('int_nextgen_scholarships__people') }}
